/** The smallest height and width of images that the network's two convolutions and poolings take. Pure. */
export const SMALLEST_SIDE = 8;
