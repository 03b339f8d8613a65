// Style sheets are bundled by Vite; to the compiler they are empty modules.
declare module '*.css';
