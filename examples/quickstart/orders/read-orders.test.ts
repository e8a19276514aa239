import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { order } from '../test-fixtures.ts'
import { OrdersFileError } from './orders-file-error.ts'
import { parseOrders, readOrders } from './read-orders.ts'

const header = 'id,customer,email,items,total,currency\n'

function problemsOf(text: string): readonly string[] {
  try {
    parseOrders(text, 'mine.csv')
  } catch (error) {
    if (error instanceof OrdersFileError) return error.problems.map(({ where, message }) => `${where}: ${message}`)
    throw error
  }
  throw new Error('No problem was found')
}

describe('orders', () => {
  test('the committed file has at least 300 orders, in many scripts, with commas and quotes in its fields', async () => {
    const orders = await readOrders(fileURLToPath(new URL('../data/orders.csv', import.meta.url)))
    expect(orders.length).toBe(360)
    expect(new Set(orders.map(({ id }) => id)).size).toBe(360)
    for (const script of ['Arabic', 'Han', 'Cyrillic', 'Greek', 'Devanagari', 'Hebrew', 'Hangul']) {
      expect(
        orders.some(({ customer }) => new RegExp(`\\p{Script=${script}}`, 'u').test(customer)),
        script,
      ).toBe(true)
    }
    expect(orders.some(({ customer }) => customer.includes(', '))).toBe(true)
    expect(orders.some(({ customer }) => customer.includes('"'))).toBe(true)
    expect(orders.every(({ email }) => email.endsWith('@example.com'))).toBe(true)
  })

  test('CSV and JSON of the same orders give the same', () => {
    const wanted = [order('A-1'), { ...order('A-2'), total: '7' }]
    const csv = wanted
      .map(
        ({ id, customer, email, items, total, currency }) =>
          `${id},${customer},${email},"${items.replaceAll('"', '""')}",${total},${currency}`,
      )
      .join('\r\n')
    expect(parseOrders(`${header.replace('\n', '\r\n')}${csv}\r\n`, 'a.csv')).toEqual(wanted)
    expect(parseOrders(JSON.stringify([wanted[0], { ...wanted[1], total: 7 }]), 'a.json')).toEqual(wanted)
    expect(parseOrders(JSON.stringify({ orders: wanted }), 'a.json')).toEqual(wanted)
  })

  test('columns may stand in any order, with others among them, after a byte order mark', () => {
    const [only] = parseOrders('\uFEFFTotal,ID,note,Currency,Customer,Email,Items\n9.90,X1,hi,EUR,Ann,ann@example.com,Tea\n', 'a.csv')
    expect(only).toEqual({ id: 'X1', customer: 'Ann', email: 'ann@example.com', items: 'Tea', total: '9.90', currency: 'EUR' })
  })

  test('every bad row is named by its line, not only the first', () => {
    const text = `${header}A1,Bob,bob@example.com,"x\ny",1,EUR\n\nA2,,bob,x,abc,eur\nA3,a,b@example.com,c\nA4,Ann,ann@example.com,x,3,EUR\nA4,Ann,ann,x,3,EUR\n../x,Ann,ann@example.com,x,3,EUR\n`
    expect(problemsOf(text)).toEqual([
      'line 2: items "x\\ny" has a line break or another control character in it',
      'line 5: customer is empty',
      'line 5: email "bob" is not an e-mail address',
      'line 5: total "abc" is not an amount such as 129.90',
      'line 5: currency "eur" is not a currency code such as EUR',
      'line 6: has 4 fields where the first line names 6',
      'line 8: email "ann" is not an e-mail address',
      "line 8: id 'A4' stands on line 7 already; each order needs its own",
      'line 9: id "../x" may have letters, digits, dots, dashes and underscores, 64 at most',
    ])
  })

  test('a file that is no list of orders says why', () => {
    expect(problemsOf('')).toEqual(['the file: it has no orders'])
    expect(problemsOf(header)).toEqual(['the file: it has no orders'])
    expect(problemsOf('id,name\n1,Ann\n')[0]).toMatch(/^line 1: must name the columns .* Missing: customer, email, items, total, currency$/)
    expect(problemsOf(`${header}A1,"b"c,x\n`)[0]).toMatch(/^line 2: is not CSV/)
    expect(problemsOf('[\n{"id":1,}\n]')[0]).toMatch(/^line 2: is not JSON/)
    expect(problemsOf('{"a":1}')).toEqual(['the file: must be an array of orders, or { "orders": [...] }'])
    expect(problemsOf('[1]')[0]).toMatch(/^order 1: is not an order/)
  })
})
