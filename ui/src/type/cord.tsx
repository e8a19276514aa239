import { useEffect, useState, type ReactNode, type RefObject } from 'react'

interface Props {
  /** What both ends are in. */
  readonly frame: RefObject<HTMLElement | null>
  readonly plug: RefObject<HTMLElement | null>
  readonly list: RefObject<HTMLElement | null>
  /** Id of the row whose socket it enters. */
  readonly target: string | null
  /** Where that row begins in the list, when it is not in the document. */
  readonly fallback: (() => number) | undefined
  /** Changes when rows come, go or move. */
  readonly watch: string
}

/** From the plug of "Selected now", beside the sockets it passes over, into the one of the chosen row. The one accent, and the one movement to be noticed. */
export function Cord({ frame, plug, list, target, fallback, watch }: Props): ReactNode {
  const [ends, setEnds] = useState<{ readonly x: number; readonly top: number; readonly width: number; readonly height: number } | null>(
    null,
  )
  // After the refs of what is around it, which a layout effect of a child comes before.
  useEffect(() => {
    const box = frame.current
    const from = plug.current
    const rows = list.current
    if (box === null || from === null || rows === null || target === null) {
      setEnds(null)
      return undefined
    }
    const measure = (): void => {
      const outer = box.getBoundingClientRect()
      const start = from.getBoundingClientRect()
      const socket = rows.querySelector(`[data-id="${target}"] .socket`)?.getBoundingClientRect()
      const any = rows.querySelector('.row .socket')?.getBoundingClientRect()
      const y =
        socket === undefined
          ? fallback === undefined
            ? undefined
            : rows.getBoundingClientRect().top + fallback() + 32
          : socket.top + socket.height / 2
      const across = socket ?? any
      if (y === undefined || across === undefined) return setEnds(null)
      const isRtl = getComputedStyle(box).direction === 'rtl'
      const plugX = start.left + start.width / 2
      const socketX = across.left + across.width / 2
      setEnds({
        x: isRtl ? outer.right - plugX : plugX - outer.left,
        top: start.top + start.height / 2 - outer.top,
        width: Math.abs(socketX - plugX),
        height: y - (start.top + start.height / 2),
      })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    for (const each of rows.children) observer.observe(each)
    return () => observer.disconnect()
  }, [frame, plug, list, target, fallback, watch])
  if (ends === null || ends.height <= 0) return null
  return (
    <div
      className="cord"
      aria-hidden="true"
      style={{ insetInlineStart: ends.x - 1, top: ends.top, width: ends.width + 1, height: ends.height + 1 }}
    />
  )
}
