#!/bin/sh
# Installs the distribution's packages that Cordboard needs and that are missing, after naming them.
#   packaging/deps.sh run          what building and running needs
#   packaging/deps.sh test         that, and what the tests need
#   packaging/deps.sh windows      what building and trying the Windows program needs
# Debian 12, Debian 13 and Ubuntu 24.04. Asks for nothing; uses sudo when it is not root.
set -eu

run="gcc clang libc6-dev pkg-config portaudio19-dev libopus-dev libgl-dev libx11-dev libxcursor-dev libxrandr-dev
	libxinerama-dev libxi-dev libxxf86vm-dev libgl1-mesa-dri libasound2-plugins"
test="$run xvfb xauth xdotool x11-utils imagemagick openbox dbus pulseaudio pulseaudio-utils sox espeak-ng openssl
	baresip-core linphone-cli kamailio kamailio-presence-modules kamailio-tls-modules kamailio-extra-modules sip-tester
	python3 libspandsp-dev fonts-dejavu-core git make procps iproute2 qemu-system-x86 udev"
windows="gcc-mingw-w64-x86-64 clang dpkg-dev wine wine64 xvfb xauth xdotool imagemagick pulseaudio pulseaudio-utils sox"

case "${1:-}" in
run) want=$run ;;
test) want=$test ;;
windows) want=$windows ;;
*)
	echo "usage: packaging/deps.sh run|test|windows" >&2
	exit 2
	;;
esac

missing=""
for p in $want; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

echo "Cordboard needs these packages of your distribution and will install them now:"
echo "  $missing"
sudo=""
if [ "$(id -u)" != 0 ]; then
	sudo=$(command -v sudo) || {
		echo "Not root and there is no sudo. Please install them and try again: apt-get install$missing" >&2
		exit 1
	}
fi
log=$(mktemp)
if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "The packages could not be installed; the lines above are apt's." >&2
	exit 1
fi
rm -f "$log"
