# Every target installs and builds what it needs by itself.
NPM_STAMP := node_modules/.package-lock.json
SOURCES := $(shell find src proto scripts -type f 2>/dev/null) package.json

.PHONY: help build lint format test demo dev emulator bench docs package release clean

help: ## List the targets (the default)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(NPM_STAMP): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $(NPM_STAMP)

dist/main.js: $(NPM_STAMP) $(SOURCES)
	node scripts/build.mjs

build: dist/main.js ## Install the dependencies and build dist/

lint: $(NPM_STAMP) ## Check format, types, import table, unused code and generated code
	node scripts/lint.mjs

format: $(NPM_STAMP) ## Format the code and apply the linter's safe fixes
	npx biome check --write .

test: build lint ## Run every check and every test, acceptance tests with the real CLI included
	npx vitest run
	node scripts/test-on-bun.mjs

demo: build ## Run the whole story with the real CLI against the emulator: init to destroy
	@node scripts/demo.mjs

dev: build ## Write a CLI configuration for this build; ADDRESS=NAMESPACE/TYPE serves another source address
	@node scripts/dev.mjs $(ADDRESS)

emulator: build ## Start the KakaoCloud emulator on port 8080
	@node bin/kakaocloud-emulator --port 8080

bench: build ## Measure what users feel: start-up, plans, waits
	npm run --silent bench

docs: $(NPM_STAMP) ## Generate docs/ from the schema, examples/ and scripts/docs/templates/
	node scripts/docs.mjs

package: build ## Make an npm package of the emulator: kakaocloud-emulator-VERSION.tgz
	@node scripts/package.mjs

release: build ## Build release/: a zip per platform, checksums, bill of materials; signed with GPG_FINGERPRINT
	node scripts/release.mjs

clean: ## Remove everything that was installed, built or written
	rm -rf node_modules dist coverage .dev release kakaocloud-emulator-*.tgz
