#include "recv/tcpclient.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char *
ask_socket(int fd, char text[IP_TEXT])
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	unsigned char ip[IP_LEN];
	size_t n;

	if (getpeername(fd, (struct sockaddr *)&ss, &len) == -1)
		return NULL;
	n = ip_of_sockaddr((struct sockaddr *)&ss, ip);
	return n > 0 ? ip_text(ip, n, text) : NULL;
}

void
tcpclient_read(struct inbound_client *c, int fd, char ip[IP_TEXT])
{
	const char *port = getenv("TCPLOCALPORT");
	uint64_t u;

	memset(c, 0, sizeof *c);
	c->ip = getenv("TCPREMOTEIP");
	if (c->ip == NULL)
		c->ip = ask_socket(fd, ip);
	c->name = getenv("TCPREMOTEHOST");
	if (c->name != NULL && *c->name == '\0')
		c->name = NULL;
	if (port != NULL && num_scans(port, 1, 65535, &u) == 0)
		c->port = (uint16_t)u;
	c->proxy = getenv("PROXY") != NULL;
	c->xclient = getenv("XCLIENT") != NULL;
	/* it is the proxy's, and not its clients' */
	c->suffix = c->proxy ? NULL : getenv("RELAYCLIENT");
}
