import { Component, type ReactNode } from 'react';

import controls from '../styles/controls.module.css';
import { Notice } from './notice.tsx';

interface State {
  readonly error: Error | undefined;
}

/** A defect of the app shows itself instead of leaving a blank page. React offers this to classes only. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Notice
        title="This page broke"
        role="alert"
        actions={
          <button type="button" className={controls['button']} onClick={() => window.location.reload()}>
            Reload
          </button>
        }
      >
        <p>A defect of the web app, not of your data: {this.state.error.message}</p>
      </Notice>
    );
  }
}
