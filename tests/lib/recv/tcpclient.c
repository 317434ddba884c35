#include "recv/tcpclient.h"
#include "tap.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct inbound_client c;
static char ip[IP_TEXT];

static const char *
or_none(const char *s)
{
	return s == NULL ? "(none)" : s;
}

static void
is(const char *want_ip, const char *name, const char *suffix, unsigned port)
{
	is_str(or_none(c.ip), want_ip, "address");
	is_str(or_none(c.name), name, "name");
	is_str(or_none(c.suffix), suffix, "may it relay");
	is_num(c.port, port, "our port");
}

/* one end of a TCP connection; the other one stays with the socket */
static int
connection(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t n = sizeof sa;
	int l = socket(AF_INET, SOCK_STREAM, 0);
	int a = socket(AF_INET, SOCK_STREAM, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(l, (struct sockaddr *)&sa, n) == -1 || listen(l, 1) == -1 ||
	    getsockname(l, (struct sockaddr *)&sa, &n) == -1 ||
	    connect(a, (struct sockaddr *)&sa, n) == -1)
		_exit(1);
	return a;
}

int
main(void)
{
	static const char *const names[] = { "TCPREMOTEIP", "TCPREMOTEHOST",
		"TCPLOCALPORT", "RELAYCLIENT", "PROXY", "XCLIENT" };
	int fd[2];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		return 1;
	tcpclient_read(&c, fd[0], ip);
	is("(none)", "(none)", "(none)", 0);
	is_num(c.proxy + c.xclient, 0, "nobody special");
	tcpclient_read(&c, connection(), ip);
	is("127.0.0.1", "(none)", "(none)", 0);
	setenv("TCPREMOTEIP", "192.0.2.1", 1);
	setenv("TCPREMOTEHOST", "", 1);
	setenv("TCPLOCALPORT", "65535", 1);
	setenv("RELAYCLIENT", "", 1);
	tcpclient_read(&c, connection(), ip);
	is("192.0.2.1", "(none)", "", 65535);
	setenv("TCPREMOTEHOST", "a.example", 1);
	setenv("TCPLOCALPORT", "65536", 1);
	setenv("RELAYCLIENT", "@x", 1);
	setenv("XCLIENT", "", 1);
	tcpclient_read(&c, fd[0], ip);
	is("192.0.2.1", "a.example", "@x", 0);
	is_num(c.xclient, 1, "it speaks for others");
	setenv("PROXY", "", 1);
	tcpclient_read(&c, fd[0], ip);
	is_num(c.proxy, 1, "a proxy");
	is("192.0.2.1", "a.example", "(none)", 0);
	return done();
}
