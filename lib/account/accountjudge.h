#ifndef ACCOUNT_ACCOUNTJUDGE_H
#define ACCOUNT_ACCOUNTJUDGE_H

#include "account/accountkey.h"
#include "account/accountwire.h"
#include "crypt/pwhash.h"

/*
 * What is known of a credential, and whether it is good now, and for what.
 */
struct account_found {
	char number[ACCOUNTKEY_NUMBER + 1]; /* of a key; "": a password */
	char hash[PWHASH_TEXT_MAX];         /* of the key, or the password */
	enum account_role role;
	/* of a key */
	unsigned scopes;
	char senders[ACCOUNTWIRE_SENDERS_MAX + 1];
	char clients[ACCOUNTWIRE_CLIENTS_MAX + 1];
	int64_t expires_s; /* 0: never */
	unsigned rate;     /* a second; 0: any */
	unsigned revoked : 1;
	/* of its organisation */
	char org[ACCOUNTWIRE_ORG_MAX + 1];
	char tenant[ACCOUNTWIRE_TENANT_MAX + 1];
	char org_senders[ACCOUNTWIRE_SENDERS_MAX + 1];
	unsigned suspended : 1;
	/* whose it is, has_user 0: nobody's; and his organisation */
	unsigned has_user : 1, user_disabled : 1;
	enum account_role user_role;
	char user[ACCOUNTWIRE_NAME_MAX + 1];
	char user_org[ACCOUNTWIRE_ORG_MAX + 1];
};

/* what is left of a key's role when its user has another one */
enum account_role account_role_both(enum account_role key,
    enum account_role user);

/*
 * accountjudge - a credential that was shown to be the client's
 *
 * ip  his address, as text, n 0: it is not known
 * a   receives all of the answer but its id; of OK who he is
 *
 * Returns 0, or -1: there is no memory.
 */
int accountjudge(const struct account_found *, int64_t now_s, struct slice ip,
    struct accountwire_answer *a);
/* not OK, and why */
void accountjudge_say(struct accountwire_answer *, enum accountwire_status,
    const char *text);

/* is what is signed good by its time and nonce?  NULL, or why not.  began_s: what
 * was signed before is none */
enum { ACCOUNTCHECK_SIGNED_S = 300, ACCOUNTCHECK_NONCE_MIN = 8 };
const char *accountjudge_signed(const struct accountwire_question *,
    int64_t now_s, int64_t began_s);

#endif
