import {
  IconBell,
  IconBucket,
  IconCpu,
  IconCreditCard,
  IconDeviceMobileMessage,
  IconMail,
  IconPlug,
  IconTruckDelivery,
  type IconProps,
} from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'

/** A type's key usually says what it is about. */
const icons: readonly (readonly [RegExp, ComponentType<IconProps>])[] = [
  [/pay|charge|bill|card/, IconCreditCard],
  [/otp|sms|password|code/, IconDeviceMobileMessage],
  [/notif|push|alert/, IconBell],
  [/mail/, IconMail],
  [/stor|file|bucket|blob/, IconBucket],
  [/ai|model|llm/, IconCpu],
  [/ship|deliver|parcel/, IconTruckDelivery],
]

export function TypeIcon({ type }: { readonly type: string }): ReactNode {
  const Icon = icons.find(([pattern]) => pattern.test(type))?.[1] ?? IconPlug
  return <Icon size={16} stroke={2} aria-hidden="true" />
}
