import type { ReactNode } from 'react'
import type { PluginDetail } from '../api/client.ts'

/** One glyph in ink on a tile: the plugin's own, or its first letter. */
export function PluginGlyph({ plugin }: { readonly plugin: PluginDetail }): ReactNode {
  return (
    <span className="glyphTile" aria-hidden="true">
      {plugin.icon === undefined ? (
        (Array.from(plugin.label.trim())[0] ?? '?').toUpperCase()
      ) : (
        <svg
          viewBox="0 0 24 24"
          width="24"
          height="24"
          fill="none"
          stroke="currentcolor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          focusable="false"
        >
          <path d={plugin.icon} />
        </svg>
      )}
    </span>
  )
}
