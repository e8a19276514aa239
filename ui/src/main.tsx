import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/CloseButton.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import '@mantine/core/styles/Drawer.css'
import '@mantine/core/styles/Menu.css'
import './look/tokens.css'
import './look/base.css'
import './look/shell.css'
import './look/list.css'
import './look/parts.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

// Relative to where the document came from, and the address changes from here on.
const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
if (icon !== null) icon.setAttribute('href', icon.href)

const root = document.querySelector('#root')
if (root === null) throw new Error('The document has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
