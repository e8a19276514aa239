import { Menu as MantineMenu } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'

export interface MenuItem {
  readonly label: ReactNode
  readonly icon?: ReactNode
  readonly run: () => void
  readonly danger?: boolean
  readonly checked?: boolean
  readonly disabled?: boolean
}

export function Menu({
  target,
  items,
  label,
}: {
  readonly target: ReactElement
  readonly items: readonly (MenuItem | 'line')[]
  readonly label: string
}): ReactNode {
  return (
    <MantineMenu
      position="bottom-end"
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: 'menu', item: 'menuItem', divider: 'menuLine' }}
      withinPortal
    >
      <MantineMenu.Target>{target}</MantineMenu.Target>
      <MantineMenu.Dropdown aria-label={label}>
        {items.map((item, at) => (item === 'line' ? <MantineMenu.Divider key={`line${at}`} /> : <Item key={at} item={item} />))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  )
}

function Item({ item }: { readonly item: MenuItem }): ReactNode {
  const shared = { disabled: item.disabled ?? false, 'data-danger': item.danger === true || undefined }
  if (item.checked !== undefined)
    return (
      <MantineMenu.CheckboxItem
        {...shared}
        checked={item.checked}
        onChange={item.run}
        closeMenuOnClick
        checkIcon={<IconCheck size={14} aria-hidden="true" />}
      >
        {item.label}
      </MantineMenu.CheckboxItem>
    )
  return (
    <MantineMenu.Item {...shared} leftSection={item.icon} onClick={item.run}>
      {item.label}
    </MantineMenu.Item>
  )
}
