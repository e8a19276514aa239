import { expectTypeOf } from 'vitest'
import {
  createBoard,
  type BoardOptions,
  type FieldDiff,
  type InstanceDetail,
  type ReferenceDestinations,
  type ReferenceOptions,
  type ReferenceResolver,
} from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'

const base = { plugins: [], store: sqlite('plugboard.db') }

expectTypeOf<BoardOptions['references']>().toEqualTypeOf<ReferenceOptions | undefined>()
expectTypeOf<ReferenceResolver>().parameters.toEqualTypeOf<[name: string, options: { readonly signal: AbortSignal }]>()
expectTypeOf<ReferenceDestinations>().toEqualTypeOf<'*' | readonly string[]>()
expectTypeOf<InstanceDetail['secrets'][number]>().toExtend<{
  readonly path: string
  readonly set: boolean
  readonly reference?: string
  readonly resolves?: boolean
}>()
expectTypeOf<NonNullable<FieldDiff['reference']>['before']>().toEqualTypeOf<string | null>()

void createBoard({ ...base, references: {} })
void createBoard({
  ...base,
  references: {
    env: ['STRIPE_*', { name: 'SMTP_PASSWORD', to: ['smtp.example.com'] }],
    file: ['/run/secrets/', { path: '/run/secrets/stripe', to: '*' }],
    resolvers: {
      vault: async (name, { signal }) => {
        expectTypeOf(name).toEqualTypeOf<string>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        return name
      },
      plain: () => 'text',
      narrow: { resolve: async (name) => name, to: ['https://api.example.com'] },
    },
  },
})

void createBoard({
  ...base,
  references: {
    // @ts-expect-error a list of names
    env: 'STRIPE_*',
    // @ts-expect-error a folder is a text, or { path, to }
    file: [/secrets/],
  },
})
// @ts-expect-error a scheme of one's own is a resolver
void createBoard({ ...base, references: { vault: async () => '' } })
// @ts-expect-error an entry that is narrowed says where to
void createBoard({ ...base, references: { env: [{ name: 'STRIPE_*' }] } })
// @ts-expect-error anywhere is '*' by itself
void createBoard({ ...base, references: { env: [{ name: 'STRIPE_*', to: 'https://api.stripe.com' }] } })
// @ts-expect-error of a file the path
void createBoard({ ...base, references: { file: [{ name: '/run/secrets/stripe', to: '*' }] } })
// @ts-expect-error a resolver gives text
void createBoard({ ...base, references: { resolvers: { vault: async () => 5 } } })
// @ts-expect-error at once or later, but not never
void createBoard({ ...base, references: { resolvers: { vault: async (): Promise<string | undefined> => undefined } } })
