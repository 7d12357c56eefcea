# Sourced by `make pytest`: finds or installs the programs the tests need, and says what must be left out and why.
#
# Sets PEERHUB_TEST_BROWSER  (Chromium's program; empty: browser tests are left out)
#      PEERHUB_TEST_POSTGRES (the folder of PostgreSQL's server programs; empty: those tests are left out)
#      PEERHUB_TEST_MARKS    (what to give to pytest -m; empty: everything)
# With PEERHUB_TEST_REQUIRE=all nothing may be left out.

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    echo "Installing $* (as root, with apt-get)"
    [ -n "${apt_is_fresh:-}" ] || DEBIAN_FRONTEND=noninteractive apt-get update -qq
    apt_is_fresh=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_browser() {
    for each in ${PEERHUB_TEST_BROWSER:-chromium chromium-browser google-chrome google-chrome-stable}; do
        each=$(command -v "$each") && "$each" --version >/dev/null 2>&1 && { echo "$each"; return; }
    done
    return 1
}

find_postgres() {
    for each in ${PEERHUB_TEST_POSTGRES:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -n -r)}; do
        [ -x "$each/initdb" ] && [ -x "$each/pg_ctl" ] && { echo "$each"; return; }
    done
    return 1
}

browser=$(find_browser) || { can_install && apt_install chromium fonts-liberation && browser=$(find_browser); } || browser=
postgres=$(find_postgres) || { can_install && apt_install postgresql && postgres=$(find_postgres); } || postgres=
if [ -n "$postgres" ] && [ "$(id -u)" = 0 ] && ! { id postgres && command -v runuser; } >/dev/null 2>&1; then
    echo "PostgreSQL does not run as root, and there is no user named postgres to run it as."
    postgres=
fi

left_out=
marks=
if [ -z "$browser" ]; then
    left_out="Left out: the browser tests (pages, keyboard, phone, axe): no Chromium here. As root: apt-get install chromium"
    marks="not browser"
fi
if [ -z "$postgres" ]; then
    left_out="${left_out:+$left_out
}Left out: the PostgreSQL tests: no server programs that can be run here. As root: apt-get install postgresql"
    marks="${marks:+$marks and }not postgres"
fi
if [ -n "$left_out" ]; then
    echo "$left_out"
    if [ "${PEERHUB_TEST_REQUIRE:-}" = all ]; then
        echo "Everything is required here, so the tests are not run."
        exit 1
    fi
fi
export PEERHUB_TEST_BROWSER="$browser" PEERHUB_TEST_POSTGRES="$postgres" PEERHUB_TEST_MARKS="$marks"
