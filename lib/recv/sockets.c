#include "recv/sockets.h"
#include "base/buf.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/ip.h"
#include "chain/hold.h"
#include "chain/listen.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
sockets_add(struct sockets *s, const char *address)
{
	if (s->n == ACCEPTOR_MAX)
		return -1;
	s->at[s->n++] = address;
	return 0;
}

/* ours as descriptor 0, or held by somebody else, or a new one */
static int
socket_of(const char *address, const char *door, mode_t mode)
{
	int fd = -1;

	if (strcmp(address, "-") == 0)
		return 0;
	if (door != NULL && hold_take(door, address, &fd) == -1)
		die(EXIT_TEMP, "unable to take %s from %s: %m", address, door);
	return fd != -1 ? fd : listen_open(address, mode);
}

void
sockets_open(struct sockets *s, const char *door, mode_t mode)
{
	unsigned i;

	for (i = 0; i < s->n; i++) {
		s->fd[i] = socket_of(s->at[i], door, mode);
		if (s->fd[i] == -1 || fd_nonblock(s->fd[i]) == -1)
			die(EXIT_TEMP, "unable to listen at %s: %m", s->at[i]);
	}
}

int
sockets_have_port(const struct sockets *s, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		len = sizeof ss;
		if (getsockname(s->fd[i], (struct sockaddr *)&ss, &len) == 0 &&
		    ip_port((struct sockaddr *)&ss) == port)
			return 1;
	}
	return 0;
}

void
sockets_close(struct sockets *s)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		close(s->fd[i]);
}

int
sockets_local(const char *path, mode_t mode)
{
	struct buf address = { 0 };
	int fd;

	needs(buf_printf(&address, "unix:%s", path));
	needs(buf_putc(&address, '\0'));
	fd = listen_open(buf_data(&address), mode);
	buf_free(&address);
	if (fd == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", path);
	return fd;
}
