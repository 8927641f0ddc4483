import {
  to = kakaocloud_image.golden
  identity = {
    id = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90"
  }
}
