#!/usr/bin/env bash
# Builds Release once and runs every test. Optional native parts are installed where that is possible; without them their tests skip and say why.
set -euo pipefail
cd "$(dirname "$0")"

# What is bound, by Debian's names. MuJoCo's robots need it, nothing else does.
native_packages=(libmujoco2.2.2)

install_native() {
    local missing=()
    for package in "${native_packages[@]}"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local elevate=""
    [ "$(id -u)" -eq 0 ] || elevate="sudo -n"
    if command -v apt-get >/dev/null && $elevate apt-get update -qq && $elevate apt-get install -y -qq "${missing[@]}" >/dev/null; then
        echo "Installed: ${missing[*]}"
    else
        echo "Not installed (tests that need them skip): ${missing[*]}"
    fi
}

if [ ${#native_packages[@]} -gt 0 ]; then
    install_native
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build Bellman.slnx -c Release -v quiet -clp:NoSummary

passed=0 failed=0 skipped=0
for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    log=$(mktemp)
    status=0
    "tests/$name/bin/Release/net10.0/$name" -noColor "$@" 2>&1 | tee "$log" || status=$?
    counts=$(grep -E 'Total: [0-9]+, Errors' "$log" | tail -n 1 || true)
    rm -f "$log"
    read -r total errors fails skips < <(sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/' <<<"${counts:-0 1 0 0}")
    failed=$((failed + errors + fails)) skipped=$((skipped + skips)) passed=$((passed + total - fails - skips))
    [ "$status" -eq 0 ] || [ $((errors + fails)) -gt 0 ] || failed=$((failed + 1))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
