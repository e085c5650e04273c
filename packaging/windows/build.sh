#!/bin/sh
# Cross-builds dist/windows/cordboard.exe (window) and dist/windows/cordboard-cli.exe (console) on Debian or Ubuntu:
# static PortAudio (WASAPI, MME) and Opus from the distribution's own sources, clang compiles, mingw-w64's gcc links.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
out=$root/dist/windows
cache=${CORDBOARD_WIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cordboard-win}
host=x86_64-w64-mingw32
mkdir -p "$out" "$cache"

# quiet NAME COMMAND...: output goes to a log that is shown only on failure.
quiet() {
	name=$1
	shift
	"$@" >"$cache/$name.log" 2>&1 || {
		tail -n 30 "$cache/$name.log" >&2
		echo "windows build: $name failed" >&2
		exit 1
	}
}

# fetch PACKAGE DIR: the distribution's source of a package, without touching the system's own lists.
fetch() {
	src=$cache/src
	mkdir -p "$src/lists/partial"
	if [ ! -s "$src/src.sources" ] && [ ! -s "$src/src.list" ]; then
		for f in /etc/apt/sources.list.d/*.sources; do
			[ -e "$f" ] && sed 's/^Types: .*/Types: deb-src/' "$f" >>"$src/src.sources" && echo >>"$src/src.sources"
		done
		[ -s "$src/src.sources" ] || sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$src/src.list"
	fi
	list=$src/src.sources
	[ -s "$list" ] || list=$src/src.list
	o="-o Dir::Etc::sourcelist=$list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$src/lists -o APT::Sandbox::User=root"
	[ -e "$src/.updated" ] || { quiet apt-src apt-get $o -o APT::Update::Error-Mode=any update && touch "$src/.updated"; }
	(cd "$src" && quiet "fetch-$1" apt-get $o source --download-only "$1")
	rm -rf "$cache/$2"
	(cd "$src" && quiet "unpack-$1" dpkg-source --no-check -x "$1"_*.dsc "$cache/$2")
}

prefix=$cache/prefix
mkdir -p "$prefix/lib/pkgconfig"

if [ ! -e "$prefix/lib/libportaudio.a" ]; then
	fetch portaudio19 portaudio
	cd "$cache/portaudio"
	rm -rf src/hostapi/wasapi/mingw-include # older headers that clash with mingw-w64's own
	sed -i 's/#if defined(_MSC_VER) && (_MSC_VER >= 1400)/#if 1/; s/<Avrt.h>/<avrt.h>/; s/<Audioclient.h>/<audioclient.h>/
		s/<functiondiscoverykeys.h>/<functiondiscoverykeys_devpkey.h>/' src/hostapi/wasapi/pa_win_wasapi.c
	CC= CXX= quiet portaudio-configure ./configure --host=$host --with-winapi=wmme,wasapi --enable-static --disable-shared CFLAGS=-O2
	CC= CXX= quiet portaudio-make make lib/libportaudio.la
	mkdir -p "$prefix/include"
	cp include/portaudio.h "$prefix/include/"
	cp lib/.libs/libportaudio.a "$prefix/lib/"
	cat >"$prefix/lib/pkgconfig/portaudio-2.0.pc" <<-PC
		prefix=$prefix
		Name: PortAudio
		Description: Portable audio I/O
		Version: 19
		Libs: -L\${prefix}/lib -lportaudio -lwinmm -lole32 -luuid
		Cflags: -I\${prefix}/include
	PC
fi

if [ ! -e "$prefix/lib/libopus.a" ]; then
	fetch opus opus
	cd "$cache/opus"
	CC= CXX= quiet opus-configure ./configure --host=$host --prefix="$prefix" --disable-shared --disable-doc --disable-extra-programs \
		--disable-stack-protector CFLAGS='-O2 -D_FORTIFY_SOURCE=0'
	CC= CXX= quiet opus-make make -j2
	CC= CXX= quiet opus-install make install
fi

cd "$root"
# exe FILE LDFLAGS FLAGS...: one program; -extld because clang gets an option from Go that mingw's linker lacks.
exe() {
	file=$1
	ld=$2
	shift 2
	GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC="clang --target=$host" CXX="clang++ --target=$host" \
		PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig" PKG_CONFIG_PATH= \
		go build "$@" -ldflags "-s -w -X cordboard/app.Version=${VERSION:-dev} -extld=$host-gcc $ld" -o "$out/$file" ./app/cordboard
}
exe cordboard.exe '-H windowsgui'
exe cordboard-cli.exe ''

# For smoke.sh the same once more, with one line of Go's net package relaxed: it insists on SIO_UDP_NETRESET, which Wine 8
# does not know (error 10045), so that no UDP socket could be opened there.
mkdir -p "$out/wine"
net=$(go env GOROOT)/src/net/fd_windows.go
sed '/SIO_UDP_NETRESET/,/}/ s/if err != nil {/if err != nil \&\& err != syscall.Errno(10045) {/' "$net" >"$cache/fd_windows.go"
cmp -s "$net" "$cache/fd_windows.go" && { echo "windows build: Go's net package has changed, SIO_UDP_NETRESET is not where it was" >&2; exit 1; }
printf '{"Replace": {"%s": "%s"}}\n' "$net" "$cache/fd_windows.go" >"$cache/overlay.json"
exe wine/cordboard.exe '-H windowsgui' -overlay "$cache/overlay.json"
exe wine/cordboard-cli.exe '' -overlay "$cache/overlay.json"
ls -l "$out" "$out/wine"
