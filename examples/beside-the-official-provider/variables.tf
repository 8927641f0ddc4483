variable "flavor_id" {
  description = "Id of the instance's flavor."
  type        = string
}

variable "base_image_id" {
  description = "Id of the image from which the instance starts."
  type        = string
}

variable "subnet_id" {
  description = "Id of the instance's subnet."
  type        = string
}

variable "endpoint_overrides" {
  description = "Endpoints of services by name, to use others than KakaoCloud's own."
  type        = map(string)
  default     = {}
}
