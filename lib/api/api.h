#ifndef API_API_H
#define API_API_H

#include "account/accountask.h"
#include "api/apiadapt.h"
#include "api/apiconn.h"
#include "httpd/httpcred.h"
#include "api/apiresult.h"
#include "api/apiroute.h"
#include "crypt/digest.h"
#include "mail/crlf.h"
#include "recv/inbound.h"

/*
 * Requests of the programming interface, http-api(7), from their heads to their
 * answers: whose they are is asked of account-check(8), messages go down the chain
 * as those that come by SMTP, and nobody hears that one is accepted before its
 * receipt has come.
 */
enum {
	API_WINDOW = 256, /* messages of a request that are under way at once */
	API_HOPS_MAX = 100, /* Received fields */
	API_RETRY_S = 30,   /* said to who is to come again */
	API_SLOW_S = 60     /* the same, where a limit is reached */
};

/* whose a request is */
struct apiwho {
	enum account_role role;
	unsigned known : 1;
	char org[ACCOUNTWIRE_ORG_MAX + 1];
	char user[ACCOUNTWIRE_USER_MAX + 1]; /* or the number of the key */
	char tenant[ACCOUNTWIRE_TENANT_MAX + 1];
	char senders[ACCOUNTWIRE_SENDERS_MAX + 1];
};

/* all zero but the public members before api_open() */
struct api {
	/* public: what is received, and where it goes: its shares, next links,
	 * host, tables, who limits it */
	struct inbound *in;
	struct accountask *accounts;
	uint64_t size_max; /* bytes of a message */
	uint64_t json_max; /* bytes of a request that is no message */
	struct slice openapi;
	const char *onward_at; /* path of http-admin's socket, or NULL */
	/* calls, arg, store, left and unpacked_max of it are set here */
	struct apiserver server;
	/* private: requests that are there, api/apionward.h */
	struct apionward *onward_open;
};

/* a request that is served: until it is answered, and all of its messages have
 * their receipts */
struct compose;
struct apionward;

struct apicall {
	struct api *api;
	struct apiconn *conn; /* NULL: nobody hears any more */
	enum apiroute route;
	struct accountask_asked *asked;
	struct httpcred cred;
	struct apiwho who;
	struct digest sum; /* of the body */
	unsigned char digest[DIGEST_LEN];
	char key[API_KEY_MAX + 1]; /* Idempotency-Key, or "" */
	/* a message as it comes */
	struct incoming *letter;
	struct crlf crlf;
	/* or JSON */
	struct buf body;
	struct party *party; /* whose share it is */
	size_t charged;
	struct apiadapt from;
	struct apionward *onward; /* it is at http-admin, or NULL */
	/* messages: what became of them, which is the next, how many are
	 * under way */
	struct apiresult *result;
	size_t n, next, open;
	struct compose *compose; /* messages of ours, or NULL */
	char ip[IP_TEXT];        /* who asks, or "" */
	char why[512];           /* of a refusal that names something */
	unsigned over_tls : 1;
	unsigned batch : 1; /* a list was asked for */
	unsigned signs : 1; /* its credential is of the body, too */
	unsigned bare : 1;  /* a CR has come that ends no line */
	unsigned head : 1;  /* by HEAD: no content in the answer */
	unsigned pumping : 1;
};

void api_open(struct api *);

#endif
