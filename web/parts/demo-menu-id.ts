/** By which the button beside the DEMO mark finds the menu. */
export const demoMenuId = 'demo-menu';
