#!/bin/sh
# Installs gongfang on a bare Debian 12 or 13, from a clone of the repository, as root:
#   sh deploy/install.sh gongfang.example.gov.cn
# Run it again after `git pull` to bring a new version in; settings and certificates stay as they are.
# With a second word, "rest", nothing is started: to bring keys and counties of another machine back first.
set -eu

HOST=${1:?Say under which name counties shall live: sh deploy/install.sh gongfang.example.gov.cn}
THEN=${2:-start}
HERE=$(cd "$(dirname "$0")/.." && pwd)
HOME_=/opt/gongfang
TLS=/etc/gongfang/tls

say() { printf '\n== %s\n' "$1"; }

[ "$(id -u)" = 0 ] || { echo "Run this as root: sudo sh deploy/install.sh $HOST"; exit 1; }
case $HOST in
  *[!a-z0-9.-]*|.*|-*|"") echo "$HOST is no host name; write it in small letters, such as gongfang.example.gov.cn"; exit 1 ;;
esac

say "Packages"
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
  python3 python3-venv ca-certificates tzdata openssl nginx fontconfig fonts-wqy-microhei

say "User and folders"
id gongfang >/dev/null 2>&1 ||
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gongfang
install -d -m 0755 $HOME_ /var/www/acme
install -d -m 0750 -g gongfang /etc/gongfang
install -d -m 0700 -o gongfang -g gongfang /var/lib/gongfang /var/backups/gongfang
install -d -m 0755 -o gongfang -g gongfang /var/cache/gongfang

say "Program"
rm -rf $HOME_/gongfang.new
cp -R "$HERE/gongfang" $HOME_/gongfang.new
find $HOME_/gongfang.new -name __pycache__ -prune -exec rm -rf {} +
[ -x $HOME_/.venv/bin/python ] || python3 -m venv $HOME_/.venv
$HOME_/.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r "$HERE/requirements.lock"
rm -rf $HOME_/gongfang && mv $HOME_/gongfang.new $HOME_/gongfang
cp -R "$HERE/docs" $HOME_/
cd $HOME_
.venv/bin/python -m gongfang messages
.venv/bin/python -m compileall -q gongfang

say "Settings"
if [ ! -e /etc/gongfang/env ]; then
  sed "s/gongfang\.example\.gov\.cn/$HOST/g" "$HERE/deploy/env.example" > /etc/gongfang/env
fi
chown root:gongfang /etc/gongfang/env
chmod 0640 /etc/gongfang/env
cat > /usr/local/bin/gongfang <<'COMMAND'
#!/bin/sh
# gongfang's command line, as its own user and with the settings of the service.
[ "$(id -u)" = 0 ] || { echo "Run this as root: sudo gongfang $*"; exit 1; }
set -a
. /etc/gongfang/env
set +a
cd /opt/gongfang
exec runuser -u gongfang -- /opt/gongfang/.venv/bin/python -m gongfang "$@"
COMMAND
chmod 0755 /usr/local/bin/gongfang

say "Certificate and proxy"
if [ ! -e $TLS/fullchain.pem ]; then
  install -d -m 0700 $TLS
  openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj "/CN=$HOST" \
    -addext "subjectAltName=DNS:$HOST,DNS:*.$HOST" \
    -keyout $TLS/privkey.pem -out $TLS/fullchain.pem 2>/dev/null
  echo "Made a certificate for trials, for 90 days; browsers warn of it."
  echo "Put the real one over it: $TLS/fullchain.pem and $TLS/privkey.pem."
fi
PORT=$(sed -n 's/^PORT=//p' /etc/gongfang/env)
install -d -m 0755 $HOME_/pages
cp "$HERE/deploy/nginx/away.html" $HOME_/pages/
sed -e "s|\${GONGFANG_HOST}|$HOST|g" -e "s|\${GONGFANG_UPSTREAM}|127.0.0.1:${PORT:-8000}|g" \
  -e "s|\${GONGFANG_STATIC}|/var/cache/gongfang/static|g" -e "s|\${GONGFANG_TLS}|$TLS|g" \
  -e "s|\${GONGFANG_PAGES}|$HOME_/pages|g" -e "s|\${GONGFANG_ACCESS_LOG}|/var/log/nginx/gongfang.log|g" \
  "$HERE/deploy/nginx/gongfang.conf.template" > /etc/nginx/conf.d/gongfang.conf
rm -f /etc/nginx/sites-enabled/default
nginx -t

say "Services"
cp "$HERE"/deploy/systemd/gongfang* /etc/systemd/system/
if [ "$THEN" = rest ]; then
  systemctl daemon-reload
  echo "Nothing was started. When the keys are back: systemctl enable --now gongfang gongfang-reconcile.timer nginx"
elif [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  if grep -q '^DATABASE_URL=' /etc/gongfang/env; then
    systemctl enable gongfang-web gongfang-worker gongfang-reconcile.timer
    systemctl restart gongfang-web gongfang-worker
  else
    systemctl enable gongfang gongfang-reconcile.timer
    systemctl restart gongfang
  fi
  systemctl start gongfang-reconcile.timer
  systemctl enable nginx
  systemctl reload-or-restart nginx
else
  echo "systemd does not run here; the units are in /etc/systemd/system, nothing was started."
fi

cat <<NEXT

Installed. Next:
  gongfang county add 330727 panan                     the first county; prints its officer's password once
  gongfang backup keys --to /media/stick/gongfang.key  the keys of the backups; the private one leaves this machine
  systemctl enable --now gongfang-backup@panan.timer   a backup each night, into /var/backups/gongfang
  gongfang doctor                                      what is still missing
NEXT
