import type { ReactNode } from 'react'
import type { Metrics } from '../api/client.ts'
import { useWords } from '../messages/index.ts'

/** Calls of the last hour, failed ones in red, with both numbers under it. */
export function Sparkline({ of }: { readonly of: Metrics | undefined }): ReactNode {
  const { t } = useWords()
  const calls = of?.calls ?? 0
  const errors = of?.errors ?? 0
  if (of === undefined || calls + errors === 0)
    return (
      <div className="spark">
        <div className="sparkBase" />
        <p className="meta">{t('calls.none')}</p>
      </div>
    )
  const most = Math.max(...of.recent.map((each) => Math.max(each.calls, each.errors)), 1)
  const width = 140 / of.recent.length
  const height = 22
  return (
    <div className="spark">
      <svg className="mirror" viewBox={`0 0 140 ${height}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {of.recent.map((each, at) => {
          const tall = each.calls === 0 ? 1 : Math.max((each.calls / most) * height, 1.5)
          const red = Math.min((each.errors / most) * height, height)
          return (
            <g key={at}>
              <rect x={at * width + 0.5} y={height - tall} width={width - 1.2} height={tall} fill="var(--pb-spark)" />
              {red > 0 && (
                <rect
                  x={at * width + 0.5}
                  y={height - Math.max(red, 2)}
                  width={width - 1.2}
                  height={Math.max(red, 2)}
                  fill="var(--pb-danger)"
                />
              )}
            </g>
          )
        })}
      </svg>
      <p className="meta sparkNumbers">
        <span>{t('calls', { count: calls })}</span>
        {errors > 0 ? <strong className="danger-text">{t('calls.errors', { count: errors })}</strong> : <span>{t('calls.noErrors')}</span>}
      </p>
    </div>
  )
}
