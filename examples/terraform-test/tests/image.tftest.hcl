variables {
  instance_id = "00000000-0000-4000-8000-000000000101"
  name        = "golden-web"
}

provider "kakaocloud" {
  application_credential_id     = "test"
  application_credential_secret = "test"
  # The emulator that `make emulator` starts.
  endpoint_overrides = {
    iam    = "http://127.0.0.1:8080"
    config = "http://127.0.0.1:8080"
  }
}

run "plans_an_image_of_the_root_volume" {
  command = plan

  assert {
    condition     = kakaocloud_image.this.volume_id == "00000000-0000-4000-8000-000000000001"
    error_message = "The image is not created from the root volume."
  }
}

run "creates_an_active_image" {
  assert {
    condition     = kakaocloud_image.this.status == "active"
    error_message = "The image is not active."
  }

  assert {
    condition     = length(output.shared_with) == 0
    error_message = "The image is shared although no project is set."
  }
}

run "shares_the_image" {
  variables {
    project_ids = ["0b1c2d3e4f5061728394a5b6c7d8e9f0"]
  }

  assert {
    condition     = contains(output.shared_with, "0b1c2d3e4f5061728394a5b6c7d8e9f0")
    error_message = "The project does not see the image."
  }
}

run "refuses_another_kind_of_name" {
  command = plan

  variables {
    name = "web-01"
  }

  expect_failures = [var.name]
}
