# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The methods of the API that are known from the documentation and from published clients, and which of them read.

A method that is not listed may exist all the same: platforms of other versions have others.
"""

from __future__ import annotations

from collections.abc import Mapping

# Methods that change nothing, by service.
_READS = {
    "billing.account": "GetAccount GetExtendedAccountBillingHistoryByPeriod GetOwnerQuotas GetQuotas",
    "development.scripting": "GetScript GetScripts",
    "environment.binder": "CheckDomain CheckExtDomain GetDomainInfo GetDomains GetExtDomains GetSSL GetSSLCerts",
    "environment.build": "GetProjectInfo GetProjects",
    "environment.control": (
        "CheckDependencies CheckExtIpCount CheckMigrationPossibility FireWallStatus GetActiveEnvs "
        "GetAllSumStatByUid GetBasicEnvsInfo GetContainerEntryPoint GetContainerEnvVars GetContainerEnvVarsByGroup "
        "GetContainerManifest GetContainerNodeTags GetContainerRunCmd GetContainerRunConfig GetContainerTags "
        "GetContainerVolumesByGroup GetContainerVolumesById GetDockerConfig GetDockerEntryPoint GetDockerRunCmd "
        "GetDomainsList GetEndpoints GetEngineList GetEngineTypes GetEnvInfo GetEnvProperty GetEnvs "
        "GetEnvsByCriteria GetEnvsInfo GetLogs GetLogsList GetNodeGroups GetNodeInfo GetNodeMissions GetNodeSSHKey "
        "GetNodeTags GetRegions GetRegionsInner GetRegistryInfo GetSSHAccessInfo GetSharedEnvsByUid "
        "GetSoftwarePackages GetStats GetSumStat GetTemplateManifest GetTemplates GetTransferRequest ReadLog"
    ),
    "environment.deployment": ("GetBuildProjectInfo GetBuildProjects GetDeployments GetHooks GetProjectInfo GetRepos"),
    "environment.export": "GetList GetManifest",
    "environment.file": "CheckCrossMount GetExportedList GetFavorites GetList GetMountPoints Read",
    "environment.group": "GetGroups",
    "environment.nodegroup": "Get",
    "environment.security": "GetRules",
    "environment.system": "CheckError GetAPIDescriptions GetPlatformStatus GetVersion",
    "environment.tracking": (
        "GetAction GetActions GetAllServiceName GetCurrentActions GetEnvActions GetServerUTCTime GetUidActions "
        "GetUidActionsAdmin SearchActions"
    ),
    "environment.trigger": (
        "AutoScalingHistory GetAutoScalingTriggers GetLoadAlertTriggers GetTriggerLogs GetTriggers LoadAlertHistory"
    ),
    "environment.vcs": "GetProject GetProjects",
    "management.account": "GetQuotasByIpAddress GetSSHKeys GetSSHKeysInner",
    "marketplace.app": "GetAddonList GetAppInfo GetCategories GetChecksum GetList",
    "marketplace.console": "ReadLog",
    "marketplace.favorite": "GetList",
    "marketplace.installation": "GetEnvAppid GetInfo GetList GetScriptingAppid GetSettings",
    "marketplace.jps": "GetAppInfo GetAppSettings GetEngineVersion GetScriptingAppid",
    "system.service": "GetVersion",
    "users.account": "CheckUser Get2FABackupCodes Get2FAConfig GetSSHKeys GetUserInfo GetUserInfoInner",
    "users.authentication": (
        "CheckAuthKey CheckPassword CheckSign CheckUser GetAuthKey GetDescriptionByToken GetDeviceSignature "
        "GetPolicyMethods GetSessions GetSigninAttempts GetTokenApiList GetTokenTemplates GetTokens GetUidByToken "
        "Signin SigninByAuthKey SigninByToken Signout ValidateCaptcha Verify2FACode"
    ),
    "users.collaboration": (
        "CheckEnvironmentRights GetCollaborationResourceMethods GetCollaborationResources "
        "GetCollaborationResourcesInner GetCollaborationRoleMethods GetCollaborations GetCollaborationsInner "
        "GetMemberResources GetMembers GetMembersInner GetPolicies GetPolicyMethods GetResourceRoles "
        "GetResourceRolesInner GetRoles"
    ),
    "utils.scheduler": "GetTasks",
}
# Methods that change something, by service.
_WRITES = {
    "development.scripting": "Build CreateScript DeleteScript Eval",
    "environment.binder": (
        "AddDomains AddSSLCert AttachExtIp BindExtDomain BindExtDomains BindSSL BindSSLCert DeleteSSL DetachExtIp "
        "DisableSSL EditSSLCert ManageNodeDnsState MoveExtIps RemoveDomains RemoveExtDomain RemoveExtDomains "
        "RemoveSSL RemoveSSLCerts SetExtIpCount SwapExtDomains SwapExtIps UnbindSSLCert"
    ),
    "environment.build": (
        "AddProject AddProjectWithCreds AddProjectWithKey BuildDeploy BuildDeployProject BuildProject "
        "DeployProject EditProject RemoveProject Update"
    ),
    "environment.control": (
        "AddBackend AddBackends AddBalancerNode AddBuildNode AddCacheNode AddComputeNode AddContainerEnvVars "
        "AddContainerVolume AddContainerVolumeByGroup AddContainerVolumes AddContext AddDBNode AddDockerNode "
        "AddDockerVolume AddDockerVolumeByGroup AddEndpoint AddEnvPolicy AddEnvProperty AddExtraNode AddNode "
        "AddPortRedirect AddStorageNode AddVdsNode AddVmNode AppendNodes ApplyEnvProperty ApplyNodeGroupData "
        "ApplySoftwarePackageAction AttachEnvGroup BuildCluster CancelTransferRequest ChangeLimits "
        "ChangeLimitsInner ChangeTopology ClearLog CloneEnv CloneNode ConfirmTransferRequest CreateEnv "
        "CreateEnvironment DeleteEnv DeleteExportedFiles DeployApp DetachEnvGroup DisableReplication EditEndpoint "
        "EditEnvSettings EditNodeGroup EditRegistryCredentials ExecCmd ExecCmdByGroup ExecCmdById ExecCmdByType "
        "ExecCmdInner ExecDockerRunCmd ExportEnv Finish InstallPackageByGroup InstallPackageById "
        "InstallSoftwarePackage LinkDockerNodes LinkNode LinkNodes ManageEnvAttributes Migrate "
        "RedeployContainerById RedeployContainers RedeployContainersByGroup RemoveApp RemoveContainerEnvVars "
        "RemoveContainerVolume RemoveContainerVolumeByGroup RemoveContainerVolumes RemoveDockerVolume "
        "RemoveDockerVolumeByGroup RemoveEndpoint RemoveEnvPolicy RemoveEnvProperty RemoveLog RemoveNode RenameApp "
        "ReplicateNodes ResetContainerPassword ResetContainerPasswordById ResetContainerPasswordByType "
        "ResetContainersPasswordByGroup ResetNodePassword ResetNodePasswordById ResetNodePasswordByType "
        "ResetServicePassword RestartContainer RestartContainerById RestartContainerByType "
        "RestartContainersByGroup RestartNodeById RestartNodes RestartNodesByGroup RestartNodesByType "
        "RestartServices RestoreDump SendEnvCreatedEmail SendTransferRequest SetCloudletsCount "
        "SetCloudletsCountByGroup SetCloudletsCountById SetCloudletsCountByType SetContainerEntryPoint "
        "SetContainerEnvVars SetContainerEnvVarsByGroup SetContainerRunCmd SetDiskLimitByGroup SetDiskLimitById "
        "SetDockerEntryPoint SetDockerEnvVars SetDockerRunCmd SetDockerVolumesFrom SetEngineByGroup "
        "SetEnvDisplayName SetEnvGroup SetNodeDisplayName SetNodeGroupDisplayName SetSLBAccessEnabled SkipMessage "
        "SleepEnv StartEnv StopEnv UninstallSoftwarePackage UnlinkDockerNodes UnpackDocker"
    ),
    "environment.deployment": (
        "AddBuildProject AddRepo BuildDeployProject BuildProject Deploy DeployArchive DeployProject "
        "EditBuildProject EditProject EditRepo RemoveBuildProject RemoveRepo RenameContext Undeploy Update"
    ),
    "environment.export": "Create Delete DeleteExportedData",
    "environment.file": (
        "AddFavorite AddMountPointByGroup AddMountPointById Append CloneMountPoints Copy Create Delete "
        "PrepareMountPoints RemoveExport RemoveFavorite RemoveMountPointByGroup RemoveMountPointById Rename "
        "ReplaceInBody UnpackById UnpackByType Upload Write"
    ),
    "environment.group": "AttachEnv CreateGroup DetachEnv EditGroup RemoveGroup SetEnv SetIsolationEnabled",
    "environment.nodegroup": "ApplyData SetOptions SetSLBAccessEnabled",
    "environment.security": (
        "AddRule AddRules EditRule RegenerateIsolationSets RemoveRule RemoveRules SetFirewallEnabled "
        "SetRuleEnabled SetRules"
    ),
    "environment.tracking": "StoreAuditAdminActions StoreUserActions",
    "environment.trigger": (
        "AddAutoScalingTrigger AddLoadAlertTrigger AddTrigger DeleteAutoScalingTrigger DeleteLoadAlertTrigger "
        "DeleteTrigger EditAutoScalingTrigger EditLoadAlertTrigger EditTrigger SetAutoScalingTriggerEnabled "
        "SetLoadAlertTriggerEnabled SetTriggerEnabled"
    ),
    "environment.vcs": "CreateProject DeleteProject EditProject Update",
    "management.account": (
        "AddPrivateSSHKey AddPublicSSHKey AddSSHKey AdjustContainersLimitsForAllUsers CleanQuotasCache DeleteSSHKey"
    ),
    "marketplace.app": "AddApp DeleteApp EditApp Install InstallAddon",
    "marketplace.console": "ClearLog WriteLog",
    "marketplace.favorite": "Add AddManifest Delete",
    "marketplace.installation": "ExecuteAction Uninstall",
    "marketplace.jps": "ExecuteAppAction Install Uninstall",
    "storage.uploader": "Upload",
    "users.account": (
        "AddAccount AddSSHKey ChangeEmail ChangeName ChangePassword DeleteSSHKey Disable2FA Enable2FA "
        "RecoverPassword Regenerate2FABackupCodes SetAsTenantHost SetPassword SetUserData"
    ),
    "users.authentication": (
        "ChangeSession ClearApiListData ClearApiListDataInner CreateToken CreateTokenInner DeleteTokens EditToken "
        "RegenerateToken ResetSigninAttempts SignoutSessions"
    ),
    "users.collaboration": (
        "AcceptCollaboration ActivateMember AddPolicy AddResources AddRole DeleteMember DeletePolicy "
        "DeleteProjectFromResources DeleteResources DeleteResourcesInner DeleteRole EditCollaboration EditMember "
        "EditPolicy EditRole InviteMember LeaveCollaboration RejectCollaboration ResendMemberInvitation "
        "SetResource SetResources SuspendMember"
    ),
    "utils.scheduler": "CreateAccountTask CreateEnvTask DeleteTasks EditTask RescheduleTasks UnscheduleTasks",
}


def _names(table: Mapping[str, str]) -> frozenset[str]:
    return frozenset(f"{service}.{name}" for service, names in table.items() for name in names.split())


KNOWN_READS = _names(_READS)
KNOWN_WRITES = _names(_WRITES)
