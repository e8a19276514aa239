import { ThreadsPoolWorker } from 'vitest/node'

/**
 * A plugin of Vitest that runs every test file in one thread that stays, where Vitest itself starts one for each file of each mutant. The sources are evaluated
 * anew for each file, as Vitest does it between the files of a thread; what stays loaded is what no mutant changes: Node, Vitest and packages.
 */
export const stayingThread = {
  name: 'staying-thread',
  configureVitest({ project, vitest }) {
    vitest.onClose(() => waiting?.terminate())
    project.config.pool = 'staying-thread'
    project.config.poolRunner = { name: 'staying-thread', createPoolWorker: (options) => new StayingThread(options) }
  },
}

/** The thread that waits for work; undefined while it has some. */
let waiting

class StayingThread extends ThreadsPoolWorker {
  name = 'staying-thread'
  #project
  #isUsed = false
  #isStopping = false
  #listeners = []

  constructor(options) {
    super(options)
    this.#project = options.project
  }

  async start() {
    this.#isUsed = waiting !== undefined
    if (!this.#isUsed) return super.start()
    this._thread = waiting
    waiting = undefined
    this._thread.ref()
  }

  on(event, listener) {
    this.#listeners.push([event, listener])
    super.on(event, listener)
  }

  /** One that has started already is not started again, and none is stopped; a run brings the settings with it, which change with each mutant. */
  send(message) {
    const type = message?.__vitest_worker_request__ === true ? message.type : undefined
    if (type === 'start' && this.#isUsed) return this.#answer('started')
    if (type === 'stop') {
      this.#isStopping = true
      return this.#answer('stopped')
    }
    if (type !== 'run') return super.send(message)
    return super.send({ ...message, context: { ...message.context, config: this.#project.serializedConfig } })
  }

  /** Without having been asked to stop, it hangs: it goes. */
  async stop() {
    if (!this.#isStopping) return super.stop()
    for (const [event, listener] of this.#listeners) super.off(event, listener)
    waiting = this._thread
    waiting.unref()
    this._thread = undefined
  }

  #answer(type) {
    queueMicrotask(() => {
      for (const [event, listener] of this.#listeners) if (event === 'message') listener({ type, __vitest_worker_response__: true })
    })
  }
}
