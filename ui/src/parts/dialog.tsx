import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly opened: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly size?: number
}

/** For what takes calls away or overwrites somebody. What is safe has the focus: `data-autofocus`. */
export function Dialog({ title, opened, onClose, children, size = 480 }: Props): ReactNode {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      centered
      withCloseButton={false}
      transitionProps={{ duration: 0 }}
      removeScrollProps={{ enabled: false }}
      classNames={{ content: 'dialog', title: 'dialogTitle', header: 'dialogHeader', body: 'dialogBody', overlay: 'veil' }}
    >
      {children}
    </Modal>
  )
}
