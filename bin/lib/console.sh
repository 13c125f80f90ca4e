# shellcheck shell=bash
# What bin/ scripts share: speaking to a person, and long steps that show they are alive.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m' live=yes
else
    bold='' dim='' red='' green='' plain='' live=''
fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s== %s ==%s\n' "$bold" "$*" "$plain"; }
fail() {
    printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}

# step TITLE COMMAND…
# Runs a command that may take long: on a terminal one line that moves with its latest output, in a log a line now and then.
# Its whole output goes to $STEP_LOG (or a temporary file) and is shown when it fails. Returns its status.
step() {
    local title=$1 log=${STEP_LOG:-} status=0 began=$SECONDS told=$SECONDS own='' last pid
    shift
    if [ -z "$log" ]; then log=$(mktemp "${TMPDIR:-/tmp}/sentiero-step.XXXXXX") own=yes; fi
    printf '%s …' "$title"
    [ -n "$live" ] || printf '\n'
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    # shellcheck disable=SC2064  # the pid of now is meant
    trap "kill $pid 2>/dev/null; exit 130" INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if [ -n "$live" ]; then
            last=$(tail -c 400 "$log" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | tr -d '\000-\037' | cut -c "1-$((${COLUMNS:-100} - ${#title} - 14))")
            printf '\r\e[K%s … %s%ds %s%s' "$title" "$dim" $((SECONDS - began)) "$last" "$plain"
        elif ((SECONDS - told >= 20)); then
            told=$SECONDS
            last=$(tail -c 400 "$log" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1)
            printf '  %ds: %s\n' $((SECONDS - began)) "$last"
        fi
    done
    wait "$pid" || status=$?
    trap - INT TERM
    if [ -n "$live" ]; then printf '\r\e[K%s … ' "$title"; else printf '  '; fi
    if [ "$status" = 0 ]; then
        printf '%sdone%s (%ds)\n' "$green" "$plain" $((SECONDS - began))
    else
        printf '%sfailed%s (status %d)\n' "$red" "$plain" "$status"
        tail -n 60 "$log" | sed 's/^/    /'
    fi
    [ -z "$own" ] || rm -f "$log"
    return "$status"
}
