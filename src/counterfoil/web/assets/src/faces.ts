// What every page does in the browser. Each page works without it; with it, parts of a page are fetched, not the whole.
import './styles/faces.css';
import 'htmx.org';
import 'htmx.org/dist/ext/hx-sse.js';
import { startCharts } from './parts/charts';
import { startCopying } from './parts/copying';
import { startDropping } from './parts/dropping';
import { startLists } from './parts/lists';
import { startMenus } from './parts/menus';
import { startOverlays } from './parts/overlays';
import { startPrinting } from './parts/printing';
import { startRequests } from './parts/requests';
import { startShortcuts } from './parts/shortcuts';
import { startStreams } from './parts/streams';

startRequests();
startStreams();
startOverlays();
startMenus();
startCopying();
startShortcuts();
startLists();
startDropping();
startPrinting();
startCharts();
