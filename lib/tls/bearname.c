#include "tls/bearname.h"
#include <bearssl.h>
#include <stdio.h>

enum { RECEIVED = BR_ERR_RECV_FATAL_ALERT, SENT = BR_ERR_SEND_FATAL_ALERT };

/* RFC 5246 section 7.2; 86: RFC 7507, 112: RFC 6066 section 3 */
static const struct alert {
	unsigned char number;
	const char *name;
} alerts[] = {
	{ BR_ALERT_UNEXPECTED_MESSAGE, "unexpected message" },
	{ BR_ALERT_BAD_RECORD_MAC, "bad record MAC" },
	{ BR_ALERT_RECORD_OVERFLOW, "record overflow" },
	{ BR_ALERT_HANDSHAKE_FAILURE, "handshake failure" },
	{ BR_ALERT_BAD_CERTIFICATE, "bad certificate" },
	{ BR_ALERT_UNSUPPORTED_CERTIFICATE, "unsupported certificate" },
	{ BR_ALERT_CERTIFICATE_REVOKED, "certificate revoked" },
	{ BR_ALERT_CERTIFICATE_EXPIRED, "certificate expired" },
	{ BR_ALERT_CERTIFICATE_UNKNOWN, "certificate unknown" },
	{ BR_ALERT_ILLEGAL_PARAMETER, "illegal parameter" },
	{ BR_ALERT_UNKNOWN_CA, "unknown CA" },
	{ BR_ALERT_ACCESS_DENIED, "access denied" },
	{ BR_ALERT_DECODE_ERROR, "decode error" },
	{ BR_ALERT_DECRYPT_ERROR, "decrypt error" },
	{ BR_ALERT_PROTOCOL_VERSION, "protocol version" },
	{ BR_ALERT_INSUFFICIENT_SECURITY, "insufficient security" },
	{ BR_ALERT_INTERNAL_ERROR, "internal error" },
	{ 86, "inappropriate fallback" },
	{ BR_ALERT_USER_CANCELED, "user canceled" },
	{ BR_ALERT_NO_RENEGOTIATION, "no renegotiation" },
	{ BR_ALERT_UNSUPPORTED_EXTENSION, "unsupported extension" },
	{ 112, "unrecognized name" },
};

static const struct error {
	int number;
	enum tls_failure failure;
	const char *text;
} errors[] = {
	{ BR_ERR_OK, TLS_FINE, "closed" },
	{ BR_ERR_BAD_PARAM, TLS_PROTOCOL, "bad parameter" },
	{ BR_ERR_BAD_STATE, TLS_OURS, "bad state" },
	{ BR_ERR_UNSUPPORTED_VERSION, TLS_VERSION, "no TLS 1.2 in common" },
	{ BR_ERR_BAD_VERSION, TLS_VERSION, "version changed" },
	{ BR_ERR_BAD_LENGTH, TLS_PROTOCOL, "bad record length" },
	{ BR_ERR_TOO_LARGE, TLS_LIMIT, "record too large" },
	{ BR_ERR_BAD_MAC, TLS_PROTOCOL, "bad record MAC" },
	{ BR_ERR_NO_RANDOM, TLS_OURS, "no randomness" },
	{ BR_ERR_UNKNOWN_TYPE, TLS_PROTOCOL, "unknown record type" },
	{ BR_ERR_UNEXPECTED, TLS_PROTOCOL, "unexpected message" },
	{ BR_ERR_BAD_CCS, TLS_PROTOCOL, "bad ChangeCipherSpec" },
	{ BR_ERR_BAD_ALERT, TLS_PROTOCOL, "bad alert" },
	{ BR_ERR_BAD_HANDSHAKE, TLS_PROTOCOL, "bad handshake message" },
	{ BR_ERR_OVERSIZED_ID, TLS_PROTOCOL, "session id too long" },
	{ BR_ERR_BAD_CIPHER_SUITE, TLS_NO_COMMON, "cipher suite not offered" },
	{ BR_ERR_BAD_COMPRESSION, TLS_NO_COMMON, "compression not offered" },
	{ BR_ERR_BAD_FRAGLEN, TLS_PROTOCOL, "bad fragment length" },
	{ BR_ERR_BAD_SECRENEG, TLS_PROTOCOL, "bad secure renegotiation" },
	{ BR_ERR_EXTRA_EXTENSION, TLS_PROTOCOL, "extension not asked for" },
	{ BR_ERR_BAD_SNI, TLS_PROTOCOL, "bad server name" },
	{ BR_ERR_BAD_HELLO_DONE, TLS_PROTOCOL, "bad ServerHelloDone" },
	{ BR_ERR_LIMIT_EXCEEDED, TLS_LIMIT, "key or signature too large" },
	{ BR_ERR_BAD_FINISHED, TLS_PROTOCOL, "bad Finished" },
	{ BR_ERR_RESUME_MISMATCH, TLS_PROTOCOL, "session resumed otherwise" },
	{ BR_ERR_INVALID_ALGORITHM, TLS_NO_COMMON,
	    "curve or signature not supported" },
	{ BR_ERR_BAD_SIGNATURE, TLS_PROTOCOL, "bad signature" },
	{ BR_ERR_WRONG_KEY_USAGE, TLS_CERTIFICATE, "key is not for this use" },
	{ BR_ERR_NO_CLIENT_AUTH, TLS_CERTIFICATE, "no client certificate" },
	{ BR_ERR_X509_EMPTY_CHAIN, TLS_CERTIFICATE, "no certificate" },
	{ BR_ERR_X509_LIMIT_EXCEEDED, TLS_CERTIFICATE,
	    "certificate too large" },
	{ BR_ERR_X509_UNSUPPORTED, TLS_CERTIFICATE,
	    "kind of key not supported" },
	{ BR_ERR_X509_WRONG_KEY_TYPE, TLS_CERTIFICATE,
	    "key is of another kind" },
	{ BR_ERR_X509_BAD_SIGNATURE, TLS_CERTIFICATE,
	    "bad signature of issuer" },
	{ BR_ERR_X509_EXPIRED, TLS_CERTIFICATE, "certificate expired" },
	{ BR_ERR_X509_BAD_SERVER_NAME, TLS_CERTIFICATE,
	    "certificate is for another name" },
	{ BR_ERR_X509_CRITICAL_EXTENSION, TLS_CERTIFICATE,
	    "critical extension not known" },
	{ BR_ERR_X509_WEAK_PUBLIC_KEY, TLS_CERTIFICATE, "weak key" },
	{ BR_ERR_X509_NOT_TRUSTED, TLS_CERTIFICATE, "certificate not trusted" },
};

static const struct error *
find(int err)
{
	size_t i;

	for (i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].number == err)
			return &errors[i];
	return NULL;
}

static const char *
alert_name(unsigned n)
{
	size_t i;

	for (i = 0; i < sizeof alerts / sizeof *alerts; i++)
		if (alerts[i].number == n)
			return alerts[i].name;
	return NULL;
}

unsigned
bearname_alert(int err)
{
	return err < RECEIVED ? 0 : (unsigned)err & 0xff;
}

/* that the versions have nothing in common is said by an alert on both sides,
 * and so is that suites have not */
enum tls_failure
bearname_failure(int err)
{
	const struct error *e = find(err);

	if (err >= RECEIVED && bearname_alert(err) == BR_ALERT_PROTOCOL_VERSION)
		return TLS_VERSION;
	if (err >= SENT)
		return bearname_alert(err) == BR_ALERT_HANDSHAKE_FAILURE
		    ? TLS_NO_COMMON
		    : TLS_PROTOCOL;
	if (err >= RECEIVED)
		return TLS_ALERT;
	if (e != NULL)
		return e->failure;
	return err > BR_ERR_X509_OK ? TLS_CERTIFICATE : TLS_PROTOCOL;
}

static const char *
alert_text(int err, char t[TLS_TEXT_MAX])
{
	const char *name = alert_name(bearname_alert(err));

	if (err >= SENT && bearname_alert(err) == BR_ALERT_HANDSHAKE_FAILURE)
		snprintf(t, TLS_TEXT_MAX, "no cipher suite in common");
	else if (err >= SENT &&
	    bearname_alert(err) == BR_ALERT_PROTOCOL_VERSION)
		snprintf(t, TLS_TEXT_MAX, "no TLS 1.2 in common");
	else
		snprintf(t, TLS_TEXT_MAX, "alert %u%s%s%s", bearname_alert(err),
		    err >= SENT ? " sent" : "", name == NULL ? "" : ": ",
		    name == NULL ? "" : name);
	return t;
}

const char *
bearname_text(int err, char t[TLS_TEXT_MAX])
{
	const struct error *e = find(err);

	if (err >= RECEIVED)
		return alert_text(err, t);
	if (e != NULL)
		snprintf(t, TLS_TEXT_MAX, "%s", e->text);
	else if (err > BR_ERR_X509_OK)
		snprintf(t, TLS_TEXT_MAX, "malformed certificate (%d)", err);
	else
		snprintf(t, TLS_TEXT_MAX, "error %d", err);
	return t;
}
