#include "send/tlsevent.h"
#include "base/ip.h"
#include "chain/event.h"
#include <sys/socket.h>

/* where we came from: the address of the socket, not the one asked for */
static void
put_own(int fd)
{
	struct sockaddr_storage room;
	struct sockaddr *a = (struct sockaddr *)&room;
	socklen_t size = sizeof room;
	unsigned char ip[IP_LEN];
	char t[IP_TEXT];
	size_t len;

	if (getsockname(fd, a, &size) == 0 && (len = ip_of_sockaddr(a, ip)) > 0)
		event_puts("from-ip", ip_text(ip, len, t));
}

static void
event_put_said(const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		event_puts(label, value);
}

void
tlsevent_put(const struct tlsevent *e)
{
	event_begin("tls");
	event_put_said("domain", e->domain);
	event_put_said("host", e->host);
	event_put_said("ip", e->ip);
	put_own(e->fd);
	event_put_said("result", e->result);
	event_put_said("tls", e->tls);
	event_put_said("tls-policy", e->policy);
	event_put_said("tls-from", e->from);
	event_put_said("tls-cert", e->cert);
	event_put_said("tls-text", e->text);
	event_put_said("sts", e->sts);
	event_put_said("sts-id", e->sts_id);
	if (e->sts_bad)
		event_puts("sts-bad", "1");
	event_put_said("tlsa", e->tlsa);
	event_put_said("mx-secure", e->mx_secure);
	event_end();
}
