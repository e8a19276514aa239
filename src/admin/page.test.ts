import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { byToken } from '../../test/support/open-admin.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { createAdmin } from './index.ts'
import { upTo } from './page.ts'

test('[ui 32] the way from an address to the mount holds with its last slash and without it, whether an adapter took that off or not', () => {
  const way = (path: string, pathname: string): string => new URL(upTo(path, pathname), `http://host${pathname}`).pathname
  for (const prefix of ['', '/admin', '/back/office'])
    for (const path of ['/types', '/types/a', '/types/a/new/b'])
      for (const end of ['', '/'])
        for (const seen of new Set([path, `${path}${end}`]))
          expect([path, end, way(seen, `${prefix}${path}${end}`)]).toStrictEqual([path, end, `${prefix}/`])
  expect(way('/', '/admin/')).toBe('/admin/')
  expect(way('/', '/admin')).toBe('/admin/')
  expect(way('/', '/')).toBe('/')
})

const read = async (url: string, mount = {}) => {
  await using opened = await openBoard()
  const admin = createAdmin(opened.board, { authorize: byToken() })
  const response = await admin.fetch(new Request(url, { headers: { authorization: 'Bearer read' } }), mount)
  admin.close()
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('[ui 32] where a proxy may have cut a prefix off, the document asks the browser whether its address ends in a slash', async () => {
  const root = await read('http://host/')
  expect(root.text).toMatch(/^<!doctype html>\s*<html lang="en">\s*<head><script src="\?slash"><\/script>/)
  const script = await read('http://host/?slash')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  // As a browser does it, at an address without and at one with.
  const went = (pathname: string): readonly string[] => {
    const to: string[] = []
    const location = { pathname, search: '?find=a%2Bb', hash: '#x', replace: (url: string) => void to.push(url) }
    runInNewContext(script.text, { location })
    return to
  }
  expect(went('/cut/off')).toStrictEqual(['/cut/off/?find=a%2Bb#x'])
  expect(went('/cut/off/')).toStrictEqual([])
  // Where the address is known, or lies deeper, nobody needs to be asked.
  expect((await read('http://host/admin', { prefix: '/admin' })).text).not.toContain('?slash')
  expect((await read('http://host/types/a')).text).not.toContain('?slash')
})

test('[ui 32] an asset that is asked for deeper than it lies is found; one that is none is not', async () => {
  const document = await read('http://host/admin/types/a', { prefix: '/admin' })
  const [, asset = ''] = /src="\.\.\/(assets\/[^"]+\.js)"/.exec(document.text) ?? []
  expect(asset).not.toBe('')
  for (const folder of ['/types', '/types/a', '/admin']) {
    const url = `http://host/admin${folder}/${asset}`
    const { status, headers } = await read(url, { prefix: '/admin' })
    expect([status, new URL(headers.get('location') ?? '', url).pathname]).toStrictEqual([307, `/admin/${asset}`])
  }
  expect((await read('http://host/admin/types/assets/none.js', { prefix: '/admin' })).headers.get('content-type')).toMatch(/^text\/html/)
})
