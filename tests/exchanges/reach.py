"""Who reaches which address of the exchanges, in the exchange of `test_access.py`.

Of every group of people, divided by commas, the endpoints that do not refuse them. What nobody
is named for is refused to everybody: it is for nobody, or not now.
"""

OF_THE_STAY = "applicant, office, representative, registrar, coordinator, host, host coordinator"
EVERYBODY = f"{OF_THE_STAY}, reviewer, chair"
OFFICES = "officer elsewhere, administrator elsewhere"
REGISTRARS = "registrar elsewhere, registrar of the host"
OTHERS = "teacher at home, teacher at the host, another applicant"

SEES = {
    EVERYBODY: (
        "application_start call_dates call_detail calls_list equivalences_file "
        "equivalences_list guest_done kept_calls kept_calls_file learning_agreements_file "
        "learning_agreements_list my_exchanges my_reviews my_reviews_file my_stays new_call "
        "nominations_file nominations_list scales_home stays_file stays_list"
    ),
    OF_THE_STAY: (
        "learning_agreement learning_agreement_compare learning_agreement_print letter_detail "
        "nomination_detail recognition stay_coordinator stay_detail visit visit_contact "
        "visit_details visit_insurance visit_leave_out"
    ),
    "applicant, chair, office, representative": "application_detail",
    "applicant, office, representative, host": "visit_citizenship",
    "office, representative, registrar, host": (
        "agreement_detail agreements_balance agreements_balance_file agreements_file "
        "agreements_list"
    ),
    "applicant, coordinator, host coordinator": "learning_agreement_sign",
    "chair, office, representative": (
        "allocation_run desk_application desk_refuse ranking ranking_file review_reopen "
        "review_unassign selection waiting_list_close"
    ),
    "office, representative, registrar": "agreement_changes agreement_version",
    "office, representative, host": (
        "agreement_new desk desk_assign desk_file desk_return learning_agreement_check "
        "numbers numbers_file"
    ),
    "applicant, coordinator": "learning_agreement_change",
    "office, representative": (
        "agreement_capacity agreement_condition_edit agreement_condition_new "
        "agreement_condition_remove agreement_delete agreement_edit agreement_invite "
        "agreement_share agreement_take_back archive_call call_basics call_destinations "
        "call_documents call_form call_manage call_rubric call_rules cancel_call close_call "
        "copy_call document_refuse edit_criterion edit_requirement edit_step extend_call "
        "learning_agreement_coordinator new_criterion new_question new_requirement "
        "nomination_ask nomination_cancel nomination_edit nomination_new nomination_person "
        "preview_form publish_call remove_step stay_cancel visit_step"
    ),
    "representative, registrar": "credit_rule recognition_rule scale_edit scales",
    "registrar, host": "transcript_edit transcript_list",
    "coordinator, host coordinator": "learning_agreement_return",
    "applicant": (
        "admission_confirm admission_paper admission_papers application_declarations "
        "application_documents application_edit application_review application_withdraw "
        "document_new document_take_out learning_agreement_component "
        "learning_agreement_component_new learning_agreement_component_remove "
        "learning_agreement_drop learning_agreement_facts learning_agreement_take_back "
        "learning_agreement_teaching offer_appeal offer_decline"
    ),
    "reviewer": "review_conflict review_lock review_sheet",
    "chair": "allocation_publish appeal_decide selection_reconsider",
    "representative": "agreement_notice agreement_sign",
    "coordinator": "equivalence_new",
    "host": (
        "letter_new letter_replace letter_revoke nomination_answer recognition_letter "
        "visit_arrive visit_days"
    ),
    "host coordinator": "admission_decide",
}
"""What each party is shown."""

DOES = {
    EVERYBODY: "application_start desk_keep_view letters_issue new_call",
    OF_THE_STAY: "visit_contact visit_insurance",
    "applicant, office, representative, host": "visit_citizenship visit_details",
    "applicant, office, representative": "visit_tick",
    "applicant, coordinator, host coordinator": "learning_agreement_sign",
    "chair, office, representative": (
        "allocation_discard desk_refuse review_remind review_reopen review_unassign selection"
    ),
    "office, representative, host": (
        "agreement_new desk_assign desk_return desk_send learning_agreement_check stay_coordinator"
    ),
    "applicant, coordinator": "learning_agreement_change",
    "office, representative": (
        "agreement_capacity agreement_condition_edit agreement_condition_move "
        "agreement_condition_new agreement_condition_remove agreement_delete agreement_edit "
        "agreement_invite agreement_new_version agreement_share agreement_take_back "
        "archive_call begin_selection call_basics call_destinations call_rubric cancel_call "
        "close_call copy_call document_accept document_refuse edit_criterion edit_requirement "
        "edit_step extend_call learning_agreement_coordinator move_call_part new_criterion "
        "new_question new_requirement nomination_ask nomination_cancel nomination_edit "
        "nomination_new nomination_person publish_call remove_step stay_cancel "
        "visit_leave_out visit_step"
    ),
    "representative, registrar": "credit_rule recognition_rule scale_edit",
    "registrar, host": "transcript_edit transcript_list",
    "coordinator, host coordinator": "learning_agreement_return",
    "applicant": (
        "admission_confirm admission_paper admission_papers application_autosave "
        "application_declarations application_edit application_review application_withdraw "
        "document_new document_take_out equivalence_use learning_agreement_begin "
        "learning_agreement_component learning_agreement_component_new "
        "learning_agreement_component_remove learning_agreement_component_restore "
        "learning_agreement_drop learning_agreement_facts learning_agreement_take_back "
        "learning_agreement_teaching offer_appeal offer_confirm offer_decline"
    ),
    "reviewer": "review_conflict review_lock review_sheet",
    "chair": "allocation_publish appeal_decide selection_reconsider waiting_list_close",
    "representative": "agreement_notice agreement_sign",
    "registrar": "recognition_prepare",
    "coordinator": "equivalence_new",
    "host": "letter_new letter_replace letter_revoke nomination_answer visit_arrive visit_days",
    "host coordinator": "admission_decide",
}
"""What each party may send, be it that the form is then refused."""

STRANGERS_SEE = {
    f"{OFFICES}, {REGISTRARS}, {OTHERS}": SEES[EVERYBODY],
    f"{OFFICES}, {REGISTRARS}": (
        "agreements_balance agreements_balance_file agreements_file agreements_list"
    ),
    OFFICES: SEES["office, representative, host"],
    "registrar of the host": "scale_table",
    "guest": "call_dates call_detail calls_list guest_done",
}
"""What is shown to who has no part in the exchange: what is public, and lists of their own."""

STRANGERS_DO = {
    f"{OFFICES}, {REGISTRARS}, {OTHERS}": DOES[EVERYBODY],
    OFFICES: "agreement_new desk_assign desk_return desk_send learning_agreement_check",
    "registrar of the host": "scale_table",
}
"""What they may send: it is about their own things alone."""
