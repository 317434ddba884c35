/* a connection through a relay: a socket of ours plays it */
#include "send/connrelay.h"
#include "conntest.h"
#include "looprun.h"
#include "tap.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sendsite site;
static int far; /* the relay's end */

static void
nothing(void *arg, int events)
{
	(void)arg;
	(void)events;
}

static void
begin(enum relayout_kind kind)
{
	static struct sendhost host;
	static char name[] = "h\000192.0.2.7\0w";
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1)
		exit(111);
	memset(&conn, 0, sizeof conn);
	host.name = name;
	host.ip = name + 2;
	host.port = 25;
	host.kind = DIAL_V4;
	conn.host = host;
	conn.share = &share;
	conn.site = &site;
	site.relay_kind = kind;
	dial_scan_ip("192.0.2.9", 9, &site.relay);
	site.relay.port = 1080;
	conn.fd = fd[0];
	far = fd[1];
	stream_open(&conn.stream, conn.fd, conn.fd);
	stream_watch(&conn.stream, LOOP_READ, nothing, &conn);
	connrelay_begin(&conn);
}

static void
end(void)
{
	connrelay_free(&conn);
	stream_close(&conn.stream);
	free(conn.host.fail);
	close(far);
}

/* so many bytes have been said to the relay */
static void
heard(ssize_t n)
{
	char b[100];

	is_num(read(far, b, sizeof b), n, "bytes that it hears");
}

int
main(void)
{
	char rest[10];

	(void)ops;
	(void)told_text;
	begin(RELAYOUT_NONE);
	ok(conn.relay == NULL, "none");
	end();
	begin(RELAYOUT_SOCKS);
	is_num(connrelay_ready(&conn), CONNRELAY_WAIT, "SOCKS5: it is asked");
	heard(3);
	write(far, "\5", 1);
	is_num(connrelay_ready(&conn), CONNRELAY_WAIT, "a part of its answer");
	write(far, "\0", 1);
	is_num(connrelay_ready(&conn), CONNRELAY_WAIT, "and the rest");
	heard(10);
	write(far, "\5\0\0\1abcdef220", 13);
	is_num(connrelay_ready(&conn), CONNRELAY_DONE, "connected");
	is_num(read(conn.fd, rest, sizeof rest), 3,
	    "what the host says is left");
	end();

	begin(RELAYOUT_SOCKS);
	connrelay_ready(&conn);
	heard(3);
	write(far, "\5\0\5\4\0\1a", 7);
	is_num(connrelay_ready(&conn), CONNRELAY_DEAD, "it cannot reach him");
	is_str(conn.host.fail->text,
	    "relay 192.0.2.9 port 1080: host unreachable", "why");
	end();
	begin(RELAYOUT_SOCKS);
	connrelay_ready(&conn);
	close(far);
	is_num(connrelay_ready(&conn), CONNRELAY_NEXT, "it hangs up");
	is_str(conn.host.fail->text,
	    "relay 192.0.2.9 port 1080: connection closed", "why");
	far = dup(2);
	end();

	dial_scan_ip("192.0.2.1", 9, &site.bind);
	begin(RELAYOUT_PROXY);
	is_num(connrelay_ready(&conn), CONNRELAY_DONE, "PROXY: at once");
	heard(28);
	end();
	return done();
}
