import { Component, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../messages/index.ts'

interface Props {
  readonly children: ReactNode
}

/** Keeps what fails while it is shown to itself: a part of the page that does not load after a deployment, say. Another address is tried anew. */
export function Boundary({ children }: Props): ReactNode {
  const [location] = useLocation()
  return <Catch at={location}>{children}</Catch>
}

interface CatchProps extends Props {
  readonly at: string
}

class Catch extends Component<CatchProps, { readonly failed: boolean }> {
  override readonly state = { failed: false }

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }

  override componentDidUpdate(before: CatchProps): void {
    if (this.state.failed && before.at !== this.props.at) this.setState({ failed: false })
  }

  override render(): ReactNode {
    return this.state.failed ? <Failed /> : this.props.children
  }
}

function Failed(): ReactNode {
  const { t } = useWords()
  return (
    <div className="empty" role="alert">
      <h1>{t('failed.title')}</h1>
      <p className="ink2">{t('failed.text')}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {t('failed.reload')}
      </button>
    </div>
  )
}
