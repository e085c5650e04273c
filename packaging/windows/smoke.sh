#!/bin/bash
# Tries the program of dist/windows/wine on a Linux machine: the Windows program under Wine, in a virtual display, with a private sound server:
# the one of ../shared/audio-loop where it lies beside the repository.
# Shows that the window comes up, that WASAPI's devices are listed, and that a call to the practice exchange is heard.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
cache=$(go env GOCACHE) modules=$(go env GOMODCACHE) # before HOME is another
exe=$root/dist/windows/wine # built like the shipped ones, but for one line that Wine needs (build.sh)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/cordboard-wine.XXXXXX")
pids=()

finish() {
	status=$?
	[ $status = 0 ] || { echo "windows smoke test: failed; last words of the desk:"; tail -n 20 "$tmp"/*.log 2>/dev/null || true; }
	WINEPREFIX=$tmp/wine wineserver -k 2>/dev/null || true
	[ ! -d "$tmp/loop" ] || "$loop" down "$tmp/loop" || true
	for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$tmp"
	exit $status
}
trap finish EXIT

# until_ok SECONDS WHAT COMMAND...: repeats the command until it succeeds.
until_ok() {
	local limit=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" >"$tmp/last" 2>&1; do
		if [ $SECONDS -ge $limit ]; then
			echo "windows smoke test: $what; the last answer was:" >&2
			tail -n 20 "$tmp/last" >&2
			return 1
		fi
		sleep 0.3
	done
}

# The sound server, with a headset and its microphone.
loop=$root/../shared/audio-loop/audio-loop
export HOME=$tmp
if [ -x "$loop" ]; then
	echo "sound through ../shared/audio-loop"
	settings=$("$loop" up "$tmp/loop") # not within eval, which would hide a failure
	eval "$settings"
	headset="Test headset" mic="Test headset microphone"
	record() { "$loop" rec "$tmp/loop" headset "$tmp/heard.wav" 2; }
elif [ "${CI:-}" = true ]; then
	echo "windows smoke test: ../shared/audio-loop is missing" >&2
	exit 1
else
	echo "left out: ../shared/audio-loop is not there; a sound server of our own stands in"
	headset="Trial headset" mic="Trial microphone"
	mkdir -p "$tmp/pulse"
	cat >"$tmp/pulse/default.pa" <<-P
		load-module module-native-protocol-unix auth-anonymous=1 auth-cookie-enabled=0 socket=$tmp/pulse/native
		load-module module-null-sink sink_name=headset rate=48000 channels=2 format=s16le norewinds=1 sink_properties='device.description="$headset"'
		load-module module-null-sink sink_name=feed rate=48000 channels=2 format=s16le norewinds=1 sink_properties='device.description="Trial feed"'
		load-module module-remap-source source_name=mic master=feed.monitor source_properties='device.description="$mic"'
		set-default-sink headset
		set-default-source mic
	P
	export PULSE_RUNTIME_PATH=$tmp/pulse PULSE_STATE_PATH=$tmp/pulse
	pulseaudio -n -F "$tmp/pulse/default.pa" --daemonize=no --exit-idle-time=-1 --use-pid-file=no --disable-shm=yes >"$tmp/pulse.log" 2>&1 &
	pids+=($!)
	export PULSE_SERVER=unix:$tmp/pulse/native
	until_ok 20 "the sound server does not come up" pactl info
	record() { timeout 2 parec -d headset.monitor --file-format=wav --rate=48000 --channels=1 >"$tmp/heard.wav" || true; }
fi
unset ALSA_CONFIG_PATH DBUS_SESSION_BUS_ADDRESS

Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$tmp/display" >"$tmp/xvfb.log" 2>&1 &
pids+=($!)
until_ok 20 "the display does not come up" test -s "$tmp/display"
export DISPLAY=:$(cat "$tmp/display")

export WINEPREFIX=$tmp/wine WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
echo "making a Windows"
wineboot -i >"$tmp/wineboot.log" 2>&1
wineserver -w || true
if [ ! -e "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" ]; then
	x86_64-w64-mingw32-gcc -shared -O2 -s -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" packaging/windows/bcryptprimitives.c -ladvapi32
fi

cli() { timeout 60 wine "$exe/cordboard-cli.exe" --home 'C:\desk' "$@"; }
state() { cli state --json >"$tmp/state.json" && python3 - "$tmp/state.json" "$@"; }

cli --version
GOCACHE=$cache GOMODCACHE=$modules GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go test -c -o "$tmp/pipe.exe" ./app/pipe
timeout 60 wine "$tmp/pipe.exe"
echo "PASS: the local API's pipe"
wine "$exe/cordboard-cli.exe" --home 'C:\desk' --headless >"$tmp/desk.log" 2>&1 &
pids+=($!)
registered() { state <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
sys.exit(0 if any(l["registration"]["state"] == "registered" for l in s["lines"]) else str(s["lines"]))
PY
}
until_ok 60 "no line of the practice exchange registers" registered
devices() { state "$headset" "$mic" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))["sound"]
ins, outs = s.get("inputs") or [], s.get("outputs") or []
headset, mic = sys.argv[2:]
found = any(headset in name for name in outs) and any(mic in name for name in ins)
sys.exit(0 if found else f"inputs: {ins}, outputs: {outs}")
PY
}
until_ok 30 "WASAPI's devices are not listed" devices
echo "PASS: WASAPI devices are listed"

cli dial 201
talking() { state <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
sys.exit(0 if any(c["state"] == "talking" for c in s["calls"]) else str(s["calls"]))
PY
}
until_ok 30 "the colleague does not answer" talking
heard() {
	record
	sox --ignore-length "$tmp/heard.wav" -n stat 2>&1 |
		awk '/RMS.*amplitude/ { rms = $3 } END { print "RMS of what the headset played:", rms; exit !(rms > 0.005) }'
}
until_ok 30 "the colleague is not heard on the headset" heard
cat "$tmp/last"
echo "PASS: a call to the practice exchange is heard"

wine "$exe/cordboard.exe" --home 'C:\desk' >"$tmp/window.log" 2>&1 &
pids+=($!)
until_ok 60 "the window does not appear" xdotool search --onlyvisible --name Cordboard
window=$(head -n 1 "$tmp/last")
painted() {
	import -window "$window" "$exe/window.png" && [ "$(identify -format '%k' "$exe/window.png")" -gt 50 ]
}
until_ok 30 "the window stays empty" painted
echo "PASS: the window is shown (dist/windows/wine/window.png)"

cli hangup
idle() { state <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
sys.exit(0 if all(c["state"] == "ended" for c in s["calls"]) else str(s["calls"]))
PY
}
until_ok 30 "the call does not end" idle
echo "PASS: the call ends"
