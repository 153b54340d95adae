// Original file: proto/foldwise.proto


export interface ImageShapeInput {
  'height'?: (number);
  'width'?: (number);
  'channels'?: (number);
}

export interface ImageShape {
  'height': (number);
  'width': (number);
  'channels': (number);
}
