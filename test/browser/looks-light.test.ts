import { lookAtEveryPage } from './every-look.ts'

// A file for each scheme: they are looked at side by side.
lookAtEveryPage('light')
