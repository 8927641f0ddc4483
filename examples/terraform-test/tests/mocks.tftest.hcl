# Needs no emulator and no credential: the CLI invents what KakaoCloud would return.

mock_provider "kakaocloud" {
  mock_data "kakaocloud_instance" {
    defaults = { name = "web-source" }
  }

  # An ID that the CLI invents is not a UUID, and kakaocloud_image_member refuses it.
  mock_resource "kakaocloud_image" {
    defaults = { id = "00000000-0000-4000-8000-000000000301" }
  }
}

variables {
  instance_id = "00000000-0000-4000-8000-000000000101"
  name        = "golden-web"
}

run "describes_the_source" {
  assert {
    condition     = kakaocloud_image.this.description == "Created from web-source"
    error_message = "The description does not name the instance."
  }
}
