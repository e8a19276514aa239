/** Version 4 brings no types; what the tests use of it is as in version 5. */
declare module 'express-4' {
  export { default } from 'express'
}
