/** As much of a browser as it takes to sign in: cookies of each origin, and redirects, which it follows one by one. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  async get(url: string): Promise<Page> {
    return this.#fetch(url, { method: 'GET' })
  }

  async post(url: string, form: Readonly<Record<string, string>>): Promise<Page> {
    return this.#fetch(url, { method: 'POST', body: new URLSearchParams(form) })
  }

  /** The first address of `origin` that it would go to after a form: it does not go there. */
  async addressAfter(url: string, form: Readonly<Record<string, string>>, origin: string): Promise<string> {
    return (await this.#fetch(url, { method: 'POST', body: new URLSearchParams(form) }, origin)).url
  }

  async #fetch(from: string, init: RequestInit, stopAt?: string): Promise<Page> {
    const { origin } = new URL(from)
    const cookies = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, cookies)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(from, { ...init, headers: { cookie }, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0\b/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const to = response.headers.get('location')
    if (to === null) return { url: from, status: response.status, text: await response.text() }
    const next = new URL(to, from)
    if (next.origin === stopAt) return { url: next.href, status: response.status, text: '' }
    return this.#fetch(next.href, { method: 'GET' }, stopAt)
  }
}

/** Where it ended up. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}
