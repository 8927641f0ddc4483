# The defaults exist in the emulator.

variable "instance_id" {
  description = "ID of the instance whose root volume becomes the image."
  type        = string
  default     = "00000000-0000-4000-8000-000000000101"
}

variable "build" {
  description = "Number of the build: another one creates another image."
  type        = string
  default     = "1"
}

variable "image_name" {
  description = "Name of the image."
  type        = string
  default     = "golden-web"
}

variable "project_ids" {
  description = "IDs of the projects that the image is shared with."
  type        = set(string)
  default     = ["0b1c2d3e4f5061728394a5b6c7d8e9f0", "1c2d3e4f5061728394a5b6c7d8e9f00b"]
}

variable "endpoint_overrides" {
  description = "Endpoints by service, to use others than those of KakaoCloud."
  type        = map(string)
  default     = {}
}
