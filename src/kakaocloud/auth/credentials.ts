/** An application credential, as the KakaoCloud console issues it. */
export interface Credentials {
  readonly id: string;
  readonly secret: string;
}
