/** ECharts in one file, which its package ships without a declaration. */
declare module 'echarts/dist/echarts.esm.min.mjs' {
  export { init } from 'echarts';
}
