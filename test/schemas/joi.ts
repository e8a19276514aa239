import Joi from 'joi'
import { said, upper } from './same.ts'
import type { Given, Library } from './kinds.ts'

const of = (field: Joi.Schema): Given => ({ config: Joi.object({ field }) })
const untitled = { title: 'Joi has no title' }
const { description } = said

export const joi: Library = {
  name: 'Joi',
  packages: ['joi'],
  kinds: {
    text: { ...of(Joi.string().description(description).required()), lacks: untitled },
    'long text': { ...of(Joi.string().max(200_000).description(description).required()), lacks: untitled },
    integer: of(Joi.number().integer().required()),
    float: of(Joi.number().required()),
    'number with bounds': of(Joi.number().integer().min(1).max(65_535).required()),
    'number between': of(Joi.number().greater(0).less(1).required()),
    boolean: of(Joi.boolean().required()),
    null: of(Joi.valid(null).required()),
    nullable: of(Joi.string().allow(null).required()),
    enum: of(Joi.string().valid('eu', 'us').required()),
    literal: of(Joi.valid('v1').required()),
    date: of(Joi.date().iso().required()),
    url: of(Joi.string().uri().required()),
    hostname: of(Joi.string().hostname().required()),
    email: of(Joi.string().email().required()),
    optional: { ...of(Joi.string().description(description)), lacks: untitled },
    default: { ...of(Joi.number().default(25).description(description)), lacks: untitled },
    group: of(Joi.object({ host: Joi.string().required(), port: Joi.number().default(25) }).required()),
    texts: of(Joi.array().items(Joi.string()).required()),
    numbers: of(Joi.array().items(Joi.number()).required()),
    objects: of(
      Joi.array()
        .items(Joi.object({ host: Joi.string().required() }))
        .required(),
    ),
    tuple: of(Joi.array().ordered(Joi.string().required(), Joi.number().required()).required()),
    map: of(Joi.object().pattern(Joi.string(), Joi.number()).required()),
    'map of any name': of(Joi.object().pattern(Joi.string().allow(''), Joi.number()).required()),
    variants: {
      ...of(
        Joi.alternatives()
          .try(
            Joi.object({ kind: Joi.valid('card').required(), number: Joi.string().required() }),
            Joi.object({ kind: Joi.valid('bank').required(), iban: Joi.string().required() }),
          )
          .required(),
      ),
      lacks: { pointer: 'Joi points at the group of variants, not at the field in it' },
    },
    'secret text': of(Joi.string().required()),
    'secret in a group': of(Joi.object({ user: Joi.string().required(), key: Joi.string().required() }).required()),
    'secret array': of(Joi.array().items(Joi.string()).required()),
    file: of(Joi.string().required()),
    transform: { ...of(Joi.string().trim().custom(upper).description(description).required()), lacks: untitled },
    refinement: of(
      Joi.string()
        .custom((text: string, helpers) => (text === 'closed' ? helpers.error('any.invalid') : text))
        .required(),
    ),
    'asynchronous refinement': of(
      Joi.string()
        .external(async (text: string, helpers) => (text === 'closed' ? helpers.error('any.invalid') : text))
        .required(),
    ),
  },
  notJson: {
    date: { without: 'Joi.date() takes text' },
    bigint: { without: 'Joi has no bigint' },
    'date in a tuple': { without: 'Joi.date() takes text' },
    'date in a map': { without: 'Joi.date() takes text' },
    'date in a variant': { without: 'Joi.date() takes text' },
  },
}
