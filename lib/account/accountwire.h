#ifndef ACCOUNT_ACCOUNTWIRE_H
#define ACCOUNT_ACCOUNTWIRE_H

#include "account/role.h"
#include "base/buf.h"
#include "base/slice.h"
#include <stdint.h>

/*
 * What a server of the programming interface and account-check say to each
 * other, account-socket(5): lines of labels, format/ltsv.h.
 *
 *   id:7 ask:who scheme:bearer key:rp_... ip:192.0.2.1
 *   id:7 status:ok org:acme user:ann key:... role:user scopes:send tenant:acme senders:*
 *
 * Each question is answered once, with its id.
 */
enum {
	ACCOUNTWIRE_ORG_MAX = 64,  /* bytes of an organisation's name, */
	ACCOUNTWIRE_NAME_MAX = 64, /* of a user's in it, */
	ACCOUNTWIRE_USER_MAX =
	    ACCOUNTWIRE_ORG_MAX + 1 + ACCOUNTWIRE_NAME_MAX, /* ORG/NAME, */
	ACCOUNTWIRE_ID_MAX = 16,        /* of the number of a key, */
	ACCOUNTWIRE_KEY_MAX = 128,      /* of a whole key, */
	ACCOUNTWIRE_TENANT_MAX = 64,    /* of a tenant, */
	ACCOUNTWIRE_PASSWORD_MAX = 256, /* of a password, */
	ACCOUNTWIRE_SIGNED_MAX = 16384, /* of what is signed, */
	ACCOUNTWIRE_NONCE_MAX = 64,     /* digits of a nonce, */
	ACCOUNTWIRE_SENDERS_MAX = 4096, /* bytes of a list of senders, */
	ACCOUNTWIRE_CLIENTS_MAX = 1024, /* of addresses, */
	ACCOUNTWIRE_TEXT_MAX = 300,     /* of words for people, */
	ACCOUNTWIRE_JSON_MAX = 28672    /* and of what an edit answers */
};

enum accountwire_what {
	ACCOUNTWIRE_WHO,  /* whose credential is it, and what may he? */
	ACCOUNTWIRE_EDIT, /* he wants this of organisations, users and keys */
	ACCOUNTWIRE_WHATS
};

enum accountwire_scheme {
	ACCOUNTWIRE_BEARER, /* a whole key */
	ACCOUNTWIRE_BASIC,  /* user and password, or number and whole key */
	ACCOUNTWIRE_HMAC,   /* a signature by what is kept of a key */
	ACCOUNTWIRE_SCHEMES
};

enum accountwire_label {
	/* the credential */
	ACCOUNTWIRE_KEY,
	ACCOUNTWIRE_USER,
	ACCOUNTWIRE_PASSWORD,
	ACCOUNTWIRE_TIME,
	ACCOUNTWIRE_NONCE,
	ACCOUNTWIRE_SIGNED, /* text: */
	ACCOUNTWIRE_SUM,
	ACCOUNTWIRE_IP,
	/* the edit */
	ACCOUNTWIRE_ACT,
	ACCOUNTWIRE_ORG,
	ACCOUNTWIRE_NAME,
	ACCOUNTWIRE_ROLE,
	ACCOUNTWIRE_SCOPES,
	ACCOUNTWIRE_SENDERS,
	ACCOUNTWIRE_CLIENTS,
	ACCOUNTWIRE_EXPIRES,
	ACCOUNTWIRE_RATE,
	ACCOUNTWIRE_TENANT,
	ACCOUNTWIRE_STATE,
	ACCOUNTWIRE_SECRET, /* a password that is set */
	ACCOUNTWIRE_AFTER,
	ACCOUNTWIRE_LABELS
};
extern const char *const accountwire_labels[ACCOUNTWIRE_LABELS];

struct accountwire_question {
	uint32_t id;
	enum accountwire_what what;
	enum accountwire_scheme scheme;
	/* p NULL: it is not said; n 0: it is, and empty */
	struct slice value[ACCOUNTWIRE_LABELS];
};

/* a question that was read, with the bytes of its slices, a NUL behind each */
struct accountwire_read {
	struct accountwire_question q;
	const char *fault; /* why it is to be answered with BAD, or NULL */
	char text[65536 + ACCOUNTWIRE_LABELS];
};

enum accountwire_status {
	ACCOUNTWIRE_OK,
	ACCOUNTWIRE_NO,    /* it is no credential, or one no more */
	ACCOUNTWIRE_OFF,   /* it is, of an organisation that is suspended */
	ACCOUNTWIRE_SLOW,  /* too much is asked with it, or was guessed */
	ACCOUNTWIRE_LATER, /* it cannot be known now */
	/* of an edit */
	ACCOUNTWIRE_DENIED, /* his role, or the key's scopes, let him not */
	ACCOUNTWIRE_BAD,    /* what he said is none */
	ACCOUNTWIRE_NONE,   /* there is no such thing */
	ACCOUNTWIRE_TAKEN,  /* there is one already */
	ACCOUNTWIRE_STATUSES
};

struct accountwire_answer {
	uint32_t id;
	enum accountwire_status status;
	unsigned wait_s; /* of SLOW */
	/* of OK: who it is, and what he may.  user is "" for a key that
	 * belongs to nobody but its organisation, and ORG/NAME where he is of
	 * another one; key is "" for a password */
	enum account_role role;
	unsigned scopes;
	char org[ACCOUNTWIRE_ORG_MAX + 1];
	char user[ACCOUNTWIRE_USER_MAX + 1];
	char key[ACCOUNTWIRE_ID_MAX + 1];
	char tenant[ACCOUNTWIRE_TENANT_MAX + 1];
	/* account/senders.h: what an organisation's list and a key's both let */
	char senders[2 * (ACCOUNTWIRE_SENDERS_MAX + 1)];
	char text[ACCOUNTWIRE_TEXT_MAX + 1]; /* why not; else "" */
	/* of an edit: a value of JSON, and where a list goes on, or "" */
	char json[ACCOUNTWIRE_JSON_MAX + 1];
	char next[ACCOUNTWIRE_USER_MAX + 1];
};

/* why it is none that may be put: a value is too long, or has a NUL; NULL: it
 * may be */
const char *accountwire_fault(const struct accountwire_question *);
/* append a line; 0, or -1 with ENOMEM */
int accountwire_ask(struct buf *, const struct accountwire_question *);
int accountwire_answer(struct buf *, const struct accountwire_answer *);

/*
 * accountwire_read_question - a line, with or without its LF
 *
 * 0, and fault says whether it can be gone by; or -1: it has no number, or is
 * another kind of question, and cannot be answered.
 */
int accountwire_read_question(const char *, size_t, struct accountwire_read *);
/* 0, or -1: it is none */
int accountwire_read_answer(const char *, size_t, struct accountwire_answer *);

#endif
