/** The build this page came from; Vite puts it in. */
declare const __BUILD__: string;
