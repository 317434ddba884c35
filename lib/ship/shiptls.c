#include "ship/shiptls.h"
#include "ship/shipwait.h"
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char priority[] = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";

struct shiptls {
	gnutls_session_t session;
	gnutls_certificate_credentials_t ours;
	int fd;
};

/* wait for what the library wants to do: 0, or -1 with errno */
static int
wait_for(struct shiptls *t, int64_t until_ms)
{
	return shipwait(t->fd,
	    gnutls_record_get_direction(t->session) ? POLLOUT : POLLIN,
	    until_ms);
}

static int
say(char *why, size_t cap, const char *what, const char *reason)
{
	snprintf(why, cap, "%s: %s", what, reason);
	return -1;
}

/* why a certificate was not believed */
static int
say_certificate(struct shiptls *t, char *why, size_t cap)
{
	unsigned status = gnutls_session_get_verify_cert_status(t->session);
	gnutls_datum_t text = { NULL, 0 };

	if (gnutls_certificate_verification_status_print(status,
		GNUTLS_CRT_X509, &text, 0) < 0)
		return say(why, cap, "TLS", "the certificate is not valid");
	say(why, cap, "TLS", (const char *)text.data);
	gnutls_free(text.data);
	return -1;
}

static int
handshake(struct shiptls *t, int64_t until_ms, char *why, size_t cap)
{
	int r;

	while ((r = gnutls_handshake(t->session)) < 0) {
		if (r == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
			return say_certificate(t, why, cap);
		if (r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED) {
			if (wait_for(t, until_ms) == -1)
				return say(why, cap, "TLS", strerror(errno));
		} else if (gnutls_error_is_fatal(r)) {
			return say(why, cap, "TLS", gnutls_strerror(r));
		}
	}
	return 0;
}

/* who may vouch for the server, and who we are; a result of GnuTLS, with the
 * file at fault */
static int
credentials(struct shiptls *t, const struct shipconn_to *to, const char **file)
{
	int r = gnutls_certificate_allocate_credentials(&t->ours);

	if (r < 0)
		return r;
	*file = to->ca_file == NULL ? "authorities" : to->ca_file;
	r = to->ca_file == NULL
	    ? gnutls_certificate_set_x509_system_trust(t->ours)
	    : gnutls_certificate_set_x509_trust_file(t->ours, to->ca_file,
		  GNUTLS_X509_FMT_PEM);
	if (r < 0 || to->cert_file == NULL)
		return r;
	*file = to->cert_file;
	return gnutls_certificate_set_x509_key_file(t->ours, to->cert_file,
	    to->key_file == NULL ? to->cert_file : to->key_file,
	    GNUTLS_X509_FMT_PEM);
}

static int
is_address(const char *host)
{
	unsigned char a[16];

	return inet_pton(AF_INET, host, a) == 1 ||
	    inet_pton(AF_INET6, host, a) == 1;
}

static int
begin(struct shiptls *t, const struct shipconn_to *to)
{
	int r = gnutls_init(&t->session,
	    GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (r < 0)
		return r;
	if ((r = gnutls_priority_set_direct(t->session, priority, NULL)) < 0 ||
	    (r = gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE,
		 t->ours)) < 0)
		return r;
	gnutls_session_set_verify_cert(t->session, to->host, 0);
	gnutls_transport_set_int(t->session, t->fd);
	/* an address is no server_name (RFC 6066 section 3) */
	return is_address(to->host)
	    ? 0
	    : gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, to->host,
		  strlen(to->host));
}

void *
shiptls_open(int fd, const struct shipconn_to *to, int64_t until_ms, char *why,
    size_t cap)
{
	struct shiptls *t = calloc(1, sizeof *t);
	const char *file = "TLS";
	int r;

	if (t == NULL) {
		say(why, cap, "TLS", strerror(ENOMEM));
		return NULL;
	}
	t->fd = fd;
	r = credentials(t, to, &file);
	if (r >= 0) {
		file = "TLS";
		r = begin(t, to);
	}
	if (r < 0)
		say(why, cap, file, gnutls_strerror(r));
	else if (handshake(t, until_ms, why, cap) == 0)
		return t;
	shiptls_close(t);
	return NULL;
}

int
shiptls_write(void *arg, const void *p, size_t n, int64_t until_ms, char *why,
    size_t cap)
{
	struct shiptls *t = arg;
	const char *at = p;
	ssize_t k;

	while (n > 0) {
		k = gnutls_record_send(t->session, at, n);
		if (k >= 0) {
			at += k;
			n -= (size_t)k;
		} else if (k == GNUTLS_E_AGAIN || k == GNUTLS_E_INTERRUPTED) {
			if (wait_for(t, until_ms) == -1)
				return say(why, cap, "unable to write",
				    strerror(errno));
		} else {
			return say(why, cap, "unable to write",
			    gnutls_strerror((int)k));
		}
	}
	return 0;
}

ssize_t
shiptls_read(void *arg, void *p, size_t n, int64_t until_ms, char *why,
    size_t cap)
{
	struct shiptls *t = arg;
	ssize_t k;

	for (;;) {
		k = gnutls_record_recv(t->session, p, n);
		if (k >= 0)
			return k;
		if (k == GNUTLS_E_PREMATURE_TERMINATION)
			return 0;
		if (k == GNUTLS_E_AGAIN) {
			if (wait_for(t, until_ms) == -1)
				return say(why, cap, "no answer",
				    strerror(errno));
		} else if (gnutls_error_is_fatal((int)k)) {
			return say(why, cap, "unable to read",
			    gnutls_strerror((int)k));
		}
	}
}

int
shiptls_finish(void *arg, int64_t until_ms, char *why, size_t cap)
{
	struct shiptls *t = arg;
	int r;

	while ((r = gnutls_bye(t->session, GNUTLS_SHUT_WR)) < 0) {
		if (r != GNUTLS_E_AGAIN && r != GNUTLS_E_INTERRUPTED)
			return say(why, cap, "unable to end the connection",
			    gnutls_strerror(r));
		if (wait_for(t, until_ms) == -1)
			return say(why, cap, "unable to end the connection",
			    strerror(errno));
	}
	return 0;
}

int
shiptls_alive(void *arg)
{
	struct shiptls *t = arg;
	char c;
	ssize_t k = gnutls_record_recv(t->session, &c, 1);

	/* what has something to say unasked is closed by our user */
	return k == GNUTLS_E_AGAIN || k == GNUTLS_E_INTERRUPTED;
}

void
shiptls_close(void *arg)
{
	struct shiptls *t = arg;

	if (t->session != NULL)
		gnutls_deinit(t->session);
	if (t->ours != NULL)
		gnutls_certificate_free_credentials(t->ours);
	free(t);
}
