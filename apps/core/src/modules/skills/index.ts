export { type AvailableSkill, availableSkills, type SkillScope } from "./available-skills.ts";
export { skillsRouter } from "./router.ts";
export { skillCatalogue } from "./skill-catalogue.ts";
export { skillFiles } from "./skill-files.ts";
