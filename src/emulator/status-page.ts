export const STATUS_PAGE = "<!doctype html><title>KakaoCloud emulator</title>";
