namespace Bellman.Environments;

/// <summary>Where fields lie in MuJoCo 2.2.2's structs on 64-bit systems, in bytes. The library has no functions that tell.</summary>
internal static class MujocoLayout
{
    /// <summary>What <c>mj_version()</c> must answer for these offsets to hold.</summary>
    public const int Version = 222;

    /// <summary>In <c>mjModel</c>.</summary>
    internal static class Model
    {
        public const int PositionCount = 0;          // nq
        public const int VelocityCount = 4;          // nv
        public const int ControlCount = 8;           // nu
        public const int ActivationCount = 12;       // na
        public const int BodyCount = 16;             // nbody
        public const int GeomCount = 24;             // ngeom
        public const int SiteCount = 28;             // nsite
        public const int NamesLength = 192;          // nnames
        public const int Option = 232;               // opt
        public const int InitialPositions = 1096;    // qpos0
        public const int BodyMass = 1240;            // body_mass
        public const int BodyInertia = 1256;         // body_inertia
        public const int DofDamping = 1464;          // dof_damping
        public const int GeomType = 1488;            // geom_type
        public const int GeomSize = 1592;            // geom_size
        public const int GeomFriction = 1624;        // geom_friction
        public const int GeomColor = 1664;           // geom_rgba
        public const int ControlRange = 2792;        // actuator_ctrlrange
        public const int ActuatorGear = 2816;        // actuator_gear
        public const int BodyNameStarts = 3104;      // name_bodyadr
        public const int Names = 3272;               // names
    }

    /// <summary>In <c>mjOption</c>.</summary>
    internal static class Option
    {
        public const int TimeStep = 0;               // timestep
        public const int Gravity = 48;               // gravity
    }

    /// <summary>In <c>mjData</c>.</summary>
    internal static class Data
    {
        public const int Warnings = 24;              // warning, eight of two ints: the last one's detail, how many
        public const int Time = 40336;               // time
        public const int Positions = 40376;          // qpos
        public const int Velocities = 40384;         // qvel
        public const int Activations = 40392;        // act
        public const int WarmStart = 40400;          // qacc_warmstart
        public const int Controls = 40408;           // ctrl
        public const int BodyPositions = 40480;      // xpos
        public const int GeomPositions = 40536;      // geom_xpos
        public const int GeomRotations = 40544;      // geom_xmat
        public const int SitePositions = 40552;      // site_xpos
        public const int ConstraintForces = 41136;   // qfrc_constraint
        public const int ContactForces = 41168;      // cfrc_ext
    }

    /// <summary>In <c>mjVFS</c>, files in memory that a model is read from.</summary>
    internal static class Files
    {
        public const int Size = 2_024_008;
        public const int Contents = 2_008_008;       // filedata
    }
}
