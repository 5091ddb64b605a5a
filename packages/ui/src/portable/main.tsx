import '../styles/tokens.css';
import '../styles/base.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { PortableApp } from './portable-app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('viewer.html has no #root');
createRoot(root).render(
  <StrictMode>
    <PortableApp />
  </StrictMode>,
);
